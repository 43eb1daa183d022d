import type { JSX } from "preact";
import type { DeskApi } from "../../lib/deskApi.ts";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { timeWords } from "../model/days.ts";
import { Table } from "../parts/table.tsx";
import { useLoad } from "../parts/load.ts";

/** Every file that left, with the hash by which anyone can recognise it. */
export function ExportsPage({ api }: { readonly api: DeskApi }): JSX.Element {
  const { m } = useDesk();
  const { value, error } = useLoad((signal) => api.exports(signal));
  return (
    <section class="page page-wide stack" aria-labelledby="exports-heading">
      <h1 id="exports-heading">{m.text("exports.title")}</h1>
      <p class="hint">{m.text("exports.explain")}</p>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      {value === undefined ? null : value.length === 0 ? (
        <div class="empty">
          <h2>{m.text("exports.none.title")}</h2>
          <p>{m.text("exports.none.text")}</p>
        </div>
      ) : (
        <Table
          labelledBy="exports-heading"
          columns={[m.text("audit.when"), m.text("audit.who"), m.text("exports.format"), m.text("exports.rows"), m.text("exports.hash")]}
          rows={value.map((entry) => ({
            key: entry.id,
            cells: [timeWords(m.language, entry.at), <span class="code">{entry.actor}</span>, entry.format.toUpperCase(), entry.rows, <span class="code">{entry.sha256}</span>],
          }))}
        />
      )}
      <h2>{m.text("exports.check")}</h2>
      <p>{m.text("exports.check.text")}</p>
      <p class="code">sha256sum summaries.pdf</p>
    </section>
  );
}
