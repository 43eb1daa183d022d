import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DeskApi } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { actWords } from "../model/acts.ts";
import { timeWords } from "../model/days.ts";
import { Table } from "../parts/table.tsx";
import { useLoad } from "../parts/load.ts";

/** The audit trail: acts on people, directory and exports one by one; acts on cases only as counts, never by case. */
export function AuditPage({ api }: { readonly api: DeskApi }): JSX.Element {
  const { m } = useDesk();
  const [pages, setPages] = useState<readonly (string | undefined)[]>([undefined]);
  const before = pages.at(-1);
  return (
    <section class="page page-wide stack" aria-labelledby="audit-heading">
      <h1 id="audit-heading">{m.text("audit.title")}</h1>
      <p class="hint">{m.text("audit.explain")}</p>
      <AuditEntries
        key={before ?? ""}
        api={api}
        before={before}
        older={(last) => setPages([...pages, last])}
        newer={pages.length > 1 ? () => setPages(pages.slice(0, -1)) : undefined}
      />
    </section>
  );
}

/** The server answers with more; a ledger is read, and on a phone a hundred cards are a wall. */
const pageLength = 25;

interface EntriesProps {
  readonly api: DeskApi;
  readonly before: string | undefined;
  readonly older: (last: string) => void;
  readonly newer: (() => void) | undefined;
}

function AuditEntries({ api, before, older, newer }: EntriesProps): JSX.Element {
  const { m } = useDesk();
  const { value, error } = useLoad((signal) => api.audit(before, signal));
  if (error !== undefined) {
    return <Notice kind="warn" live title={error} />;
  }
  if (value === undefined) {
    return <p role="status">{m.text("loading")}</p>;
  }
  const shown = value.entries.slice(0, pageLength);
  const last = shown.at(-1);
  return (
    <>
      {shown.length === 0 ? (
        <p class="soft">{m.text("audit.none")}</p>
      ) : (
        <Table
          caption={m.text("audit.entries")}
          columns={[m.text("audit.when"), m.text("audit.who"), m.text("audit.what"), m.text("audit.id")]}
          rows={shown.map((entry) => ({
            key: entry.id,
            cells: [timeWords(m.language, entry.at), entry.actor === undefined ? m.text("audit.nobody") : <Id id={entry.actor} />, actWords(m, entry.act), <Id id={entry.id} />],
          }))}
        />
      )}
      <div class="row">
        {newer === undefined ? null : <Button onClick={newer}>{m.text("audit.newer")}</Button>}
        {last === undefined ? null : <Button onClick={() => older(last.id)}>{m.text("audit.older")}</Button>}
      </div>
      <h2 id="audit-counts">{m.text("audit.counts")}</h2>
      <p class="hint">{m.text("audit.countsHint")}</p>
      {value.counts.length === 0 ? (
        <p class="soft">{m.text("audit.noCounts")}</p>
      ) : (
        <Table
          labelledBy="audit-counts"
          columns={[m.text("audit.what"), m.text("audit.quarter"), m.text("audit.count")]}
          rows={value.counts.map((count) => ({
            key: `${count.act} ${count.quarter}`,
            cells: [actWords(m, count.act), count.quarter, count.count === "<5" ? m.text("audit.fewer") : String(count.count)],
          }))}
        />
      )}
    </>
  );
}

/** Where it has no room on one line it breaks in its middle, so that two ids can be compared at a glance. */
function Id({ id }: { readonly id: string }): JSX.Element {
  const half = id.length / 2;
  return (
    <span class="code">
      {id.slice(0, half)}
      <wbr />
      {id.slice(half)}
    </span>
  );
}
