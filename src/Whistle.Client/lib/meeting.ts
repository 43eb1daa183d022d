import { meetBy, type ClockPolicy } from "./clocks.ts";
import type { Answer, Day } from "./types.ts";

// SPEC 18: a source may ask for a meeting (Directive (EU) 2019/1937 Art. 9(2)), and the letters say what came of it.

export type MeetingWord = "asked" | "offered" | "held";

interface Said {
  readonly dir: "source" | "team";
  readonly day: Day;
  readonly status: string;
  readonly answers: readonly Answer[];
}

export interface Meeting {
  readonly asked: Day;
  /** The last day for it, where a law names one. */
  readonly by: Day | undefined;
  readonly offered: Day | undefined;
  readonly held: Day | undefined;
}

/** What a letter says of a meeting: the source asks, the team offers, or says that it was held. */
export function meetingWord({ dir, answers }: Pick<Said, "dir" | "answers">): MeetingWord | undefined {
  const word = answers.find(({ q }) => q === "meeting")?.values[0];
  return dir === "source" ? (word === "asked" ? word : undefined) : word === "offered" || word === "held" ? word : undefined;
}

/** The last meeting that was asked for, from letters whose signatures hold; undefined without one. */
export function meetingOf(letters: readonly Said[], policy: ClockPolicy): Meeting | undefined {
  let meeting: Meeting | undefined;
  for (const letter of letters) {
    const word = letter.status === "readable" ? meetingWord(letter) : undefined;
    if (word === "asked") {
      // Asked again before it was held, it is the same request: the clock does not begin anew.
      meeting = meeting === undefined || meeting.held !== undefined ? { asked: letter.day, by: meetBy(policy, letter.day), offered: undefined, held: undefined } : meeting;
    } else if (word !== undefined && meeting !== undefined) {
      meeting = { ...meeting, [word]: meeting[word] ?? letter.day };
    }
  }
  return meeting;
}
