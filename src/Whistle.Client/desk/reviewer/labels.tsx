import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useDesk } from "../context.ts";
import type { Row } from "../model/case.ts";
import type { ChannelView } from "../model/views.ts";

export interface LabelsProps {
  readonly row: Row;
  readonly channel: ChannelView | undefined;
  readonly working: boolean;
  readonly change: (labels: { readonly severity: string; readonly category: string; readonly stage?: string }) => void;
}

/** Category first, because what a severity means hangs on it; the guide stands at the choice, so that two people judge alike. */
export function Labels({ row, channel, working, change }: LabelsProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const { category, severity } = row;
  // A step belongs to a state: when the case moves on, it has none until one is chosen.
  const stages = (channel?.stages ?? []).filter(({ state }) => state === row.facts?.state);
  const severities = channel?.severities ?? [];
  const inWords = channel?.categories.find((c) => c.id === category)?.label;
  return (
    <section class="aside-block stack-tight">
      <h2>{m.text("labels.title")}</h2>
      {stages.length === 0 ? null : (
        <>
          <label for={`${id}-stage`}>{m.text("labels.stage")}</label>
          <select id={`${id}-stage`} class="input" disabled={working} value={stages.some((s) => s.id === row.stage) ? row.stage : ""} onChange={(event) => change({ severity, category, stage: event.currentTarget.value })}>
            <option value="">{m.text("labels.none")}</option>
            {stages.map((option) => (
              <option key={option.id} value={option.id}>{option.label}</option>
            ))}
          </select>
        </>
      )}
      <label for={`${id}-category`}>{m.text("labels.category")}</label>
      <select
        id={`${id}-category`}
        class="input"
        disabled={working}
        value={category}
        onChange={(event) => change({ severity, category: event.currentTarget.value })}
      >
        <option value="">{m.text("labels.none")}</option>
        {(channel?.categories ?? []).map((option) => (
          <option key={option.id} value={option.id}>{option.label}</option>
        ))}
      </select>
      <label for={`${id}-severity`}>{m.text("labels.severity")}</label>
      <select
        id={`${id}-severity`}
        class="input"
        aria-describedby={`${id}-meaning`}
        disabled={working}
        value={severity}
        onChange={(event) => change({ severity: event.currentTarget.value, category })}
      >
        <option value="">{m.text("labels.none")}</option>
        {severities.map((option) => (
          <option key={option.id} value={option.id}>{option.label}</option>
        ))}
      </select>
      <p id={`${id}-meaning`} class="meaning small" aria-live="polite" dir="auto">{channel?.meaning(category, severity)}</p>
      {severities.length === 0 ? null : (
        <details class="levels small">
          <summary>{inWords === undefined ? m.text("labels.levels") : m.text("labels.levelsIn", { category: inWords })}</summary>
          <dl>
            {severities.map((level) => (
              <div key={level.id} class={level.id === severity ? "level level-set" : "level"}>
                <dt dir="auto">
                  {level.label}
                  {level.id === severity ? <span class="tag">{m.text("labels.set")}</span> : null}
                </dt>
                <dd dir="auto">{channel?.meaning(category, level.id)}</dd>
              </div>
            ))}
          </dl>
          {channel?.judging === undefined ? null : <p class="soft" dir="auto">{channel.judging}</p>}
        </details>
      )}
      <p class="soft small">{m.text("labels.sealed")}</p>
    </section>
  );
}
