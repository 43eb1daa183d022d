import type { Answer, Day } from "./types.ts";

// SPEC 5.3.2: whether somebody makes the source pay for the report (Directive (EU) 2019/1937 Art. 19-21), asked in the mailbox.

/** Days after the day of the promise. */
export const checkIns = [30, 60, 90, 180] as const;

interface Said {
  readonly dir: "source" | "team";
  readonly day: Day;
  readonly status: string;
  readonly answers: readonly Answer[];
}

export type CheckInWord = "yes" | "no" | "unsure";

/** What a letter of the source says when it was asked: after how many days, and whether something was done to it. */
export function checkInWord({ dir, answers }: Pick<Said, "dir" | "answers">): { readonly mark: number; readonly word: CheckInWord } | undefined {
  const [mark, word] = answers.find(({ q }) => q === "checkin")?.values ?? [];
  const known = checkIns.find((days) => String(days) === mark);
  return dir === "source" && known !== undefined && (word === "yes" || word === "no" || word === "unsure") ? { mark: known, word } : undefined;
}

/**
 * The check-in that is asked for now: the newest that is due and that no letter answers. A letter of its own of which the
 * source kept no copy may have answered what was due on its day.
 */
export function checkInDue(promised: Day, today: Day, letters: readonly Said[]): number | undefined {
  const mark = checkIns.filter((days) => promised + days <= today).at(-1);
  return mark === undefined || letters.some((letter) => (letter.status === "no-copy" ? letter.dir === "source" && letter.day >= promised + mark : checkInWord(letter)?.mark === mark)) ? undefined : mark;
}
