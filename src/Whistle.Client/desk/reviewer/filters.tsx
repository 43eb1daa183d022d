import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { useDesk } from "../context.ts";
import { quicks, type Filter } from "../model/queue.ts";
import type { ChannelView } from "../model/views.ts";

export interface FiltersProps {
  readonly filter: Filter;
  readonly channels: readonly ChannelView[];
  readonly change: (filter: Filter) => void;
}

/** Chips that narrow the list. Each says whether it is on by more than its colour. On a phone they wait behind a button. */
export function Filters({ filter, channels, change }: FiltersProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [open, setOpen] = useState(false);
  const used = filter.only.size + Number(filter.channel !== undefined) + Number(filter.severity !== undefined);
  const severities = [...new Map(channels.flatMap((c) => c.severities).map((s) => [s.id, s])).values()];
  const without = (part: "channel" | "severity"): Filter => {
    const { [part]: _, ...rest } = filter;
    return rest;
  };
  return (
    <>
      <div class="chips-fold">
        <button type="button" class="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {used === 0 ? m.text("filter.open") : m.count("filter.used", used)}
        </button>
      </div>
      <div id={id} class={open ? "chips chips-open" : "chips"} role="group" aria-label={m.text("filter.label")}>
        {quicks.map((quick) => (
          <Chip
            key={quick}
            on={filter.only.has(quick)}
            label={m.text(`filter.${quick}`)}
            toggle={() => {
              const only = new Set(filter.only);
              if (!only.delete(quick)) {
                only.add(quick);
              }
              change({ ...filter, only });
            }}
          />
        ))}
        {channels.length > 1
          ? channels.map((channel) => (
              <Chip
                key={channel.id}
                on={filter.channel === channel.id}
                label={channel.name}
                toggle={() => change(filter.channel === channel.id ? without("channel") : { ...filter, channel: channel.id })}
              />
            ))
          : null}
        {severities.map((severity) => (
          <Chip
            key={severity.id}
            on={filter.severity === severity.id}
            label={severity.label}
            toggle={() => change(filter.severity === severity.id ? without("severity") : { ...filter, severity: severity.id })}
          />
        ))}
      </div>
    </>
  );
}

function Chip({ on, label, toggle }: { readonly on: boolean; readonly label: string; readonly toggle: () => void }): JSX.Element {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={toggle}>
      <span class="chip-mark" aria-hidden="true">{on ? "✓" : ""}</span>
      <span dir="auto">{label}</span>
    </button>
  );
}
