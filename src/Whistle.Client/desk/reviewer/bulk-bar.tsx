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
  readonly assign: (id: string, person: string) => Promise<void>;
  readonly label: (id: string, labels: { readonly severity?: string; readonly category?: string; readonly stage?: string }) => Promise<void>;
}

/** To whom this person may give cases of these channels. */
export interface Assignable {
  readonly id: string;
  readonly label: string;
  readonly channels: readonly string[];
}

/** Stands for "none" among the choices, beside the one that nothing was chosen yet. */
const noLabel = "-";

/** A choice that every chosen case has. */
type Choices = readonly { readonly id: string; readonly label: string }[];

/** What all the lists have, as the first names it. */
function inAll(lists: readonly Choices[]): Choices {
  return (lists[0] ?? []).filter(({ id }) => lists.every((list) => list.some((other) => other.id === id)));
}

const isDone = ({ failure, stopped }: Done): boolean => failure === undefined && stopped === undefined;

/** What can be done with several cases at once. Each is an act of its own, signed and in the history as if it were done alone. */
export function BulkBar({ rows, channels, people, acts, clear, stop }: {
  readonly rows: readonly Row[];
  readonly channels: readonly ChannelView[];
  readonly people: readonly Assignable[];
  readonly acts: BulkActs;
  /** Takes cases out of the selection. */
  readonly clear: (ids: readonly string[]) => void;
  /** Ends the selecting. */
  readonly stop: () => void;
}): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [wanted, want] = useState("assign");
  const [value, setValue] = useState({ act: "", id: "" });
  const [at, setAt] = useState<number | undefined>(undefined);
  const [results, setResults] = useState<readonly Done[]>([]);
  const running = useRef<AbortController | undefined>(undefined);
  const titles = useRef(new Map<string, string>());
  useEffect(() => () => running.current?.abort(), []);
  // A label is offered where every chosen case's channel knows it, a step where it belongs to the state in which all are.
  const channelOf = (row: Row): ChannelView | undefined => channels.find((channel) => channel.id === row.channel);
  const labels = {
    severity: inAll(rows.map((row) => channelOf(row)?.severities ?? [])),
    category: inAll(rows.map((row) => channelOf(row)?.categories ?? [])),
    stage: inAll(rows.map((row) => (channelOf(row)?.stages ?? []).filter(({ state }) => state === row.facts?.state))),
  };
  const offered = (["severity", "category", "stage"] as const).filter((label) => labels[label].length > 0);
  const label = offered.find((one) => one === wanted);
  const act = label ?? "assign";
  const choices: Choices = label === undefined ? people.filter((person) => rows.every((row) => person.channels.includes(row.channel))) : [{ id: noLabel, label: m.text("labels.none") }, ...labels[label]];
  // What was chosen for other cases or another act is not chosen for these.
  const chosen = value.act === act && choices.some((choice) => choice.id === value.id) ? value.id : "";
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
              <SelectField
                id={`${id}-act`}
                label={m.text("bulk.act")}
                value={act}
                onInput={want}
                options={[{ id: "assign", label: m.text("bulk.assign") }, ...offered.map((one) => ({ id: one, label: m.text(`bulk.${one}`) }))]}
              />
              <SelectField id={`${id}-value`} label={m.text(label === undefined ? "bulk.to" : `labels.${label}`)} value={chosen} onInput={(one) => setValue({ act, id: one })} options={[{ id: "", label: m.text("bulk.choose") }, ...choices]} />
              {label === undefined ? null : <p class="hint">{m.text("bulk.recorded")}</p>}
              <div>
                <Button inactive={chosen === ""} onClick={() => void (chosen === "" || run((one) => (label === undefined ? acts.assign(one, chosen) : acts.label(one, { [label]: chosen === noLabel ? "" : chosen }))))}>{m.text(`bulk.${act}`)}</Button>
              </div>
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
