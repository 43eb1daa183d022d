import { clock, type Clocks } from "../lib/days.ts";
import type { Day } from "../lib/types.ts";

/** One sentence of the clock line: a key of the catalogue and the days that stand in it. */
export interface ClockSentence {
  readonly key:
    | "clock.received" | "clock.closed"
    | `clock.${"ack" | "feedback"}.${"open" | "done" | "late" | "missed"}`;
  readonly date: Day;
  readonly done?: Day;
}

const words = { open: "open", met: "done", "met-late": "late", overdue: "missed" } as const;

/** What the source is owed and what was kept. A closed case shows no deadline that can still run. */
export function clockLine(clocks: Clocks, today: Day): readonly ClockSentence[] {
  const sentences: ClockSentence[] = [{ key: "clock.received", date: clocks.received }];
  for (const [name, due, done] of [
    ["ack", clocks.acknowledgeBy, clocks.acknowledged],
    ["feedback", clocks.feedbackBy, clocks.feedback],
  ] as const) {
    const line = clock(due, done, Math.min(today, clocks.closed ?? today));
    if (line.status !== "open" || clocks.closed === undefined) {
      sentences.push({ key: `clock.${name}.${words[line.status]}`, date: due, ...(done === undefined ? {} : { done }) });
    }
  }
  if (clocks.closed !== undefined) {
    sentences.push({ key: "clock.closed", date: clocks.closed });
  }
  return sentences;
}
