import type { JSX } from "preact";
import { acceptDirectory } from "../../lib/directory.ts";
import { auditLog, type LogAudit } from "../../lib/log/audit.ts";
import { hex } from "../../lib/bytes.ts";
import { vouchers, type Vouchers } from "../../lib/log/policy.ts";
import type { SourceApi } from "../../lib/sourceApi.ts";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { dayOf, dayWords } from "../model/days.ts";
import { keepHead, readHead } from "../model/heads.ts";
import { readPin, type PinStore } from "../model/pins.ts";
import { useLoad } from "../parts/load.ts";
import { Table } from "../parts/table.tsx";

/** The public log as a ledger, read and checked by this browser: nothing here is the server's word. */
export function LogPage({ source, pins }: { readonly source: SourceApi; readonly pins: PinStore | undefined }): JSX.Element {
  const { m } = useDesk();
  const { value, error } = useLoad((signal) => look(source, pins, signal));
  return (
    <section class="page page-wide stack" aria-labelledby="log-heading">
      <h1 id="log-heading">{m.text("log.title")}</h1>
      <p class="hint">{m.text("log.explain")}</p>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      {value === undefined ? error === undefined ? <p role="status">{m.text("log.checking")}</p> : null : <Ledger {...value} />}
    </section>
  );
}

interface Look {
  readonly audit: LogAudit;
  readonly by: Vouchers | undefined;
  readonly root: string;
}

async function look(source: SourceApi, pins: PinStore | undefined, signal: AbortSignal): Promise<Look> {
  const pin = readPin(pins);
  const directory = acceptDirectory(await source.directory(signal), {
    origin: location.origin,
    today: dayOf(Date.now()),
    pinnedRoot: pin?.root,
    seenVersion: pin?.version,
    allowExpired: true,
  });
  const audit = await auditLog(directory.content.log, readHead(pins), (path) => source.log(path, signal));
  keepHead(pins, { key: directory.content.log.key, checkpoint: audit.head.text });
  return { audit, by: vouchers(directory.content.log.policy, audit.head.note, dayOf(Date.now())), root: hex(directory.root) };
}

function Ledger({ audit, by, root }: Look): JSX.Element {
  const { m, today } = useDesk();
  const { head, before, entries, unknown } = audit;
  return (
    <>
      <ul class="stack-tight">
        <li>{m.count("log.entries", head.size)}</li>
        <li>{m.text("log.signed", { name: head.origin })}</li>
        <li>{before === undefined ? m.text("log.first") : m.count("log.grown", before.size)}</li>
        <li>
          {by === undefined
            ? m.text("log.alone")
            : by.met && by.day !== undefined
              ? m.text("log.witnessed", { names: by.names.join(", "), date: dayWords(m.language, by.day, today) })
              : m.text("log.unmet", { names: by.names.length === 0 ? m.text("log.unmet.nobody") : by.names.join(", ") })}
        </li>
      </ul>
      <p>
        {m.text("log.root")} <span class="code">{hex(head.root)}</span>
      </p>
      <h2 id="log-public">{m.text("log.public")}</h2>
      <p class="hint">{m.text("log.public.hint")}</p>
      {entries.length === 0 ? (
        <p class="soft">{m.text("log.public.none")}</p>
      ) : (
        <Table
          labelledBy="log-public"
          columns={[m.text("log.place"), m.text("log.what"), m.text("log.id"), m.text("log.hash")]}
          rows={[...entries].reverse().map(({ index, kind, id, hash }) => ({
            key: String(index),
            cells: [index, m.text(`log.kind.${kind}`), <span class="code">{id}</span>, <span class="code">{hash}</span>],
          }))}
        />
      )}
      {unknown === 0 ? null : <p>{m.count("log.unknown", unknown)}</p>}
      <h2>{m.text("log.check")}</h2>
      <p>{m.text("log.check.text")}</p>
      <p class="code">
        whistle verify-log --server {location.origin} --root {root}
      </p>
    </>
  );
}
