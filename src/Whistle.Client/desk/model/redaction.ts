/**
 * Manual redaction: spans of the original are marked with a category, and the summary starts as the original with
 * each span replaced by the category's word. The original is never edited; only the new text can ever be released.
 */
export const categories = ["person", "organisation", "place", "team", "date", "amount", "contact", "removed"] as const;
export type Category = (typeof categories)[number];

/** Offsets are UTF-16 units of the original, `end` not included. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly category: Category;
}

export interface Segment {
  readonly text: string;
  readonly mark?: Mark;
}

/** Adds a mark, trimmed of surrounding white space; what it overlaps gives way to it. Empty marks change nothing. */
export function addMark(original: string, marks: readonly Mark[], mark: Mark): Mark[] {
  let { start, end } = mark;
  start = Math.max(0, start);
  end = Math.min(original.length, end);
  while (start < end && /\s/u.test(original[start] ?? "")) {
    start++;
  }
  while (end > start && /\s/u.test(original[end - 1] ?? "")) {
    end--;
  }
  if (start >= end) {
    return [...marks];
  }
  const kept = marks.filter((other) => other.end <= start || other.start >= end);
  return [...kept, { start, end, category: mark.category }].sort((a, b) => a.start - b.start);
}

/** Marks every further place where the same words stand, so that a name is not left behind further down. */
export function markEverywhere(original: string, marks: readonly Mark[], mark: Mark): Mark[] {
  let all = addMark(original, marks, mark);
  const words = original.slice(mark.start, mark.end).trim();
  if (words === "") {
    return all;
  }
  const hay = original.toLowerCase();
  const needle = words.toLowerCase();
  // Where lower case changes the length (as with "İ"), offsets would not fit: look for the exact words instead.
  const exact = hay.length !== original.length || needle.length !== words.length;
  const text = exact ? original : hay;
  const wanted = exact ? words : needle;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length;
    const whole = !isLetter(original[at - 1]) && !isLetter(original[end]);
    if (whole && !all.some((other) => other.start < end && other.end > at)) {
      all = addMark(original, all, { start: at, end, category: mark.category });
    }
  }
  return all;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

export function removeMark(marks: readonly Mark[], mark: Mark): Mark[] {
  return marks.filter((other) => other.start !== mark.start || other.end !== mark.end);
}

/** The original in pieces, marked and unmarked, for drawing. */
export function segments(original: string, marks: readonly Mark[]): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.start > at) {
      found.push({ text: original.slice(at, mark.start) });
    }
    found.push({ text: original.slice(mark.start, mark.end), mark });
    at = mark.end;
  }
  if (at < original.length) {
    found.push({ text: original.slice(at) });
  }
  return found;
}

/** The original with each mark replaced by its category's word in brackets. */
export function redact(original: string, marks: readonly Mark[], word: (category: Category) => string): string {
  return segments(original, marks)
    .map(({ text, mark }) => (mark === undefined ? text : `[${word(mark.category)}]`))
    .join("");
}

/** Marked words that still stand in the summary, each once: the last look before it is proposed. */
export function leftovers(original: string, marks: readonly Mark[], summary: string): string[] {
  const hay = summary.toLowerCase();
  const found = new Set<string>();
  for (const mark of marks) {
    const words = original.slice(mark.start, mark.end);
    if (words.length > 1 && hay.includes(words.toLowerCase())) {
      found.add(words);
    }
  }
  return [...found];
}

/** Single words of marked names that still stand by themselves, as a surname does after a full name was marked. */
export function partsLeft(original: string, marks: readonly Mark[], summary: string): string[] {
  const standing = new Set((summary.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.toLowerCase()));
  const found = new Set<string>();
  for (const mark of marks) {
    const words = original.slice(mark.start, mark.end).match(/[\p{L}\p{N}]+/gu) ?? [];
    for (const word of words.length > 1 ? words : []) {
      if (/^\p{Lu}\p{L}{2,}/u.test(word) && standing.has(word.toLowerCase())) {
        found.add(word);
      }
    }
  }
  return [...found];
}
