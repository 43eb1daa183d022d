import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { DeskApi, Released, SummaryFilter } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { download } from "../parts/download.ts";
import { useAct, useLoad } from "../parts/load.ts";

const formats = ["csv", "json", "pdf"] as const;

/** Summaries that two people released. Only these texts, never a case, can be listed and exported. */
export function ReleasedPage({ api }: { readonly api: DeskApi }): JSX.Element {
  const { m, say } = useDesk();
  const id = useId();
  const [form, setForm] = useState({ from: "", to: "", channel: "", category: "", text: "" });
  const [filter, setFilter] = useState<SummaryFilter>({});
  const [key, setKey] = useState(0);
  const act = useAct();
  const change = (part: Partial<typeof form>): void => setForm({ ...form, ...part });
  const chosen = (): SummaryFilter => Object.fromEntries(Object.entries(form).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""));
  const save = async (format: (typeof formats)[number]): Promise<void> => {
    const done = await act.run(async () => {
      const file = await api.export(format, filter);
      download(`summaries.${format}`, file.type, [new Uint8Array(file.bytes)]);
    });
    if (done) {
      say(m.text("released.exported"));
    }
  };
  return (
    <section class="page page-wide stack" aria-labelledby="released-heading">
      <h1 id="released-heading">{m.text("released.title")}</h1>
      <p class="hint">{m.text("released.explain")}</p>
      <form
        class="filter-form"
        aria-label={m.text("filter.label")}
        onSubmit={(event) => {
          event.preventDefault();
          setFilter(chosen());
          setKey(key + 1);
        }}
      >
        <TextField id={`${id}-from`} short code label={m.text("released.from")} hint={m.text("released.quarterHint")} value={form.from} onInput={(from) => change({ from })} />
        <TextField id={`${id}-to`} short code label={m.text("released.to")} hint={m.text("released.quarterHint")} value={form.to} onInput={(to) => change({ to })} />
        <TextField id={`${id}-category`} short label={m.text("released.category")} value={form.category} onInput={(category) => change({ category })} />
        <TextField id={`${id}-text`} label={m.text("released.text")} value={form.text} onInput={(text) => change({ text })} />
        <Button submit>{m.text("released.filter")}</Button>
      </form>
      {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
      <ReleasedList key={key} api={api} filter={filter} />
      <div class="row" role="group" aria-label={m.text("released.export")}>
        {formats.map((format) => (
          <Button key={format} inactive={act.working} onClick={() => void save(format)}>
            {m.text("released.exportAs", { format: format.toUpperCase() })}
          </Button>
        ))}
      </div>
      <p class="hint">{m.text("released.scan")}</p>
    </section>
  );
}

function ReleasedList({ api, filter }: { readonly api: DeskApi; readonly filter: SummaryFilter }): JSX.Element {
  const { m } = useDesk();
  const loaded = useLoad((signal) => api.summaries(filter, signal));
  if (loaded.error !== undefined) {
    return <Notice kind="warn" live title={loaded.error} />;
  }
  if (loaded.value === undefined) {
    return <p role="status">{m.text("loading")}</p>;
  }
  return loaded.value.length === 0 ? (
    <div class="empty">
      <h2>{m.text("released.none.title")}</h2>
      <p>{m.text("released.none.text")}</p>
    </div>
  ) : (
    <>
      <p role="status">{m.count("released.count", loaded.value.length)}</p>
      <ul class="plain-list">
        {loaded.value.map((summary) => <Summary key={summary.summary} summary={summary} />)}
      </ul>
    </>
  );
}

function Summary({ summary }: { readonly summary: Released }): JSX.Element {
  const { m } = useDesk();
  return (
    <li class="card">
      <h2 dir="auto">{summary.title}</h2>
      <p class="soft small">
        {summary.quarter} · {m.text(`outcome.${summary.outcome}`)}
        {summary.category === "" ? "" : ` · ${summary.category}`}
        {summary.severity === "" ? "" : ` · ${summary.severity}`}
      </p>
      <p class="letter" dir="auto" lang={summary.lang}>{summary.text}</p>
    </li>
  );
}
