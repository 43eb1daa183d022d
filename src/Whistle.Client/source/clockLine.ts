import { isLaw, perhapsUntil } from "../lib/clocks.ts";
import { clock, type Clocks } from "../lib/days.ts";
import { meetingOf } from "../lib/meeting.ts";
import type { Letter } from "../lib/thread.ts";
import type { Day } from "../lib/types.ts";

type Deed = `clock.${"ack" | "feedback"}.${"done" | "late"}`;

/** One sentence of the clock line: a key of the catalogue and the days that stand in it. `said` is the server's word alone. */
export interface ClockSentence {
  readonly key:
    | `clock.meeting.${"asked" | "open" | "missed" | "held"}` | "clock.received" | "clock.received.said" | "clock.closed" | "clock.kept"
    | `clock.${"ack" | "feedback"}.${"open" | "missed"}` | Deed | `${Deed}.said`;
  readonly date: Day;
  readonly done?: Day;
  /** Where a deadline that runs ends on no working day: until when it perhaps runs. */
  readonly perhaps?: Day;
}

/** What a page has checked itself: the day of the promise, and the letters with their signatures. */
export interface Checked {
  readonly promised: Day;
  readonly letters: readonly Pick<Letter, "dir" | "kind" | "status" | "day" | "answers">[];
}

const words = { open: "open", met: "done", "met-late": "late", overdue: "missed" } as const;

/**
 * What the source is owed and what was kept. A closed case shows no deadline that can still run, and a channel without a
 * law behind its clocks nothing that they must.
 *
 * The server could claim that the team answered, so its days are facts only as far as signed letters carry them (SPEC 13:
 * a case is acknowledged by a message, and feedback is a later one): the acknowledgement needs one verified letter of the
 * team of that day or earlier, the feedback a second one.
 */
export function clockLine(clocks: Clocks, today: Day, { promised, letters }: Checked): readonly ClockSentence[] {
  const sentences: ClockSentence[] = [{ key: clocks.received === promised ? "clock.received" : "clock.received.said", date: clocks.received }];
  const signedBy = (day: Day): number => letters.filter((letter) => letter.dir === "team" && letter.kind !== "reader" && letter.status === "readable" && letter.day <= day).length;
  for (const [name, due, done, needed] of [
    ["ack", clocks.acknowledgeBy, clocks.acknowledged, 1],
    ["feedback", clocks.feedbackBy, clocks.feedback, 2],
  ] as const) {
    const { status } = clock(due, done, Math.min(today, clocks.closed ?? today));
    const word = words[status];
    if (done !== undefined && (word === "done" || word === "late")) {
      sentences.push({ key: signedBy(done) >= needed ? `clock.${name}.${word}` : `clock.${name}.${word}.said`, date: due, done });
    } else if (isLaw(clocks.policy) && ((word === "open" && clocks.closed === undefined) || word === "missed")) {
      const perhaps = word === "open" ? perhapsUntil(clocks.policy, due) : undefined;
      sentences.push({ key: `clock.${name}.${word}`, date: due, ...(perhaps === undefined ? {} : { perhaps }) });
    }
  }
  const meeting = meetingOf(letters, clocks.policy);
  if (meeting?.held !== undefined) {
    sentences.push({ key: "clock.meeting.held", date: meeting.held });
  } else if (meeting?.by !== undefined) {
    sentences.push({ key: today > meeting.by ? "clock.meeting.missed" : "clock.meeting.open", date: meeting.by });
  } else if (meeting !== undefined) {
    sentences.push({ key: "clock.meeting.asked", date: meeting.asked });
  }
  if (clocks.closed !== undefined) {
    sentences.push({ key: "clock.closed", date: clocks.closed });
    if (clocks.keepUntil !== undefined) {
      sentences.push({ key: "clock.kept", date: clocks.keepUntil });
    }
  }
  return sentences;
}
