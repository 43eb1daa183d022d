import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import { runMany, type Done } from "../model/bulk.ts";
import type { Row } from "../model/case.ts";
import type { ChannelView } from "../model/views.ts";
import { SelectField } from "./record-parts.tsx";

export interface BulkActs {
  readonly take: (id: string) => Promise<void>;
  readonly setSeverity: (id: string, severity: string) => Promise<void>;
}

const isDone = ({ failure, stopped }: Done): boolean => failure === undefined && stopped === undefined;

/** What can be done with several cases at once. Each is an act of its own, signed and in the history as if it were done alone. */
export function BulkBar({ rows, channels, acts, clear, stop }: {
  readonly rows: readonly Row[];
  readonly channels: readonly ChannelView[];
  readonly acts: BulkActs;
  /** Takes cases out of the selection. */
  readonly clear: (ids: readonly string[]) => void;
  /** Ends the selecting. */
  readonly stop: () => void;
}): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [severity, setSeverity] = useState("");
  const [at, setAt] = useState<number | undefined>(undefined);
  const [results, setResults] = useState<readonly Done[]>([]);
  const running = useRef<AbortController | undefined>(undefined);
  const titles = useRef(new Map<string, string>());
  useEffect(() => () => running.current?.abort(), []);
  // A severity is offered where every chosen case's channel knows it.
  const known = rows.map((row) => channels.find((channel) => channel.id === row.channel)?.severities ?? []);
  const severities = (known[0] ?? []).filter((one) => known.every((list) => list.some((other) => other.id === one.id)));
  const number = (value: number): string => new Intl.NumberFormat(m.language).format(value);
  const run = async (act: (id: string) => Promise<void>): Promise<void> => {
    const control = new AbortController();
    running.current = control;
    titles.current = new Map(rows.map((row) => [row.id, row.title === "" ? m.text("row.untitled") : row.title]));
    setResults([]);
    setAt(0);
    const done = await runMany(rows.map((row) => row.id), act, { signal: control.signal, progress: setAt });
    setAt(undefined);
    setResults(done);
    clear(done.filter(isDone).map((one) => one.id));
  };
  const failed = results.filter((one) => !isDone(one));
  return (
    <section class="bulk stack-tight" aria-label={m.text("bulk.title")}>
      <p role="status">
        {at !== undefined ? m.text("bulk.running", { done: number(at), of: number(rows.length) }) : m.count("bulk.chosen", rows.length)}
      </p>
      {at !== undefined ? (
        <div><Button onClick={() => running.current?.abort()}>{m.text("search.stop")}</Button></div>
      ) : (
        <>
          {rows.length === 0 ? null : (
            <>
              <div><Button onClick={() => void run(acts.take)}>{m.text("bulk.take")}</Button></div>
              {severities.length === 0 ? null : (
                <>
                  <SelectField id={`${id}-severity`} label={m.text("labels.severity")} value={severity} onInput={setSeverity} options={[{ id: "", label: m.text("labels.none") }, ...severities]} />
                  <p class="hint">{m.text("bulk.recorded")}</p>
                  <div><Button onClick={() => void run((one) => acts.setSeverity(one, severity))}>{m.text("bulk.setSeverity")}</Button></div>
                </>
              )}
            </>
          )}
          <div><Button kind="plain" onClick={stop}>{m.text("bulk.end")}</Button></div>
        </>
      )}
      {results.length === 0 ? null : (
        <Notice kind={failed.length === 0 ? "good" : "warn"} live title={m.text("bulk.done", { done: number(results.length - failed.length), of: number(results.length) })}>
          {failed.length === 0 ? null : (
            <ul class="plain-list small">
              {failed.map(({ id: one, failure, stopped }) => (
                <li key={one}>
                  <bdi>{titles.current.get(one) ?? ""}</bdi>: {stopped === true ? m.text("bulk.stopped") : errorWords(m, failure)}
                </li>
              ))}
            </ul>
          )}
        </Notice>
      )}
    </section>
  );
}
