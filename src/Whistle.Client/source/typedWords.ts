import { completeWord, isWord, splitWords, wordCount } from "../lib/receipt.ts";

export interface Typing {
  readonly count: number;
  /** Words that the one under the cursor may become; empty where it is whole or too short to say. */
  readonly completions: readonly string[];
}

/** The unfinished word before the cursor: only at its end does it make sense to complete it. */
function partBefore(text: string, caret: number): string {
  const after = text.slice(caret, caret + 1);
  return /^\p{L}/u.test(after) ? "" : (/\p{L}+$/u.exec(text.slice(0, caret))?.[0] ?? "");
}

export function typing(text: string, caret: number): Typing {
  const part = partBefore(text, caret).toLowerCase();
  const found = part.length < 2 ? [] : completeWord(part);
  return { count: Math.min(splitWords(text).length, 99), completions: found.length === 1 && found[0] === part ? [] : found };
}

/** Puts a word in the place of its first letters, with a space where more words follow. */
export function complete(text: string, caret: number, word: string): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, caret - partBefore(text, caret).length) + word;
  const rest = text.slice(caret);
  const space = /^\s/.test(rest) || splitWords(before).length >= wordCount ? "" : " ";
  return { text: before + space + rest, caret: before.length + space.length };
}

/**
 * Four letters are enough for any word of the list: a part that fits exactly one word becomes it.
 * Anything else stays as it was typed, so that the error names the right place.
 */
export function spellOut(text: string): string {
  return splitWords(text)
    .map((word) => {
      if (isWord(word) || word.length < 4) {
        return word;
      }
      const found = completeWord(word, 2);
      return found.length === 1 && found[0] !== undefined ? found[0] : word;
    })
    .join(" ");
}

/** "4th", "4.", "4e": a place in the list in the reader's language. */
export function nth(n: number, language: string): string {
  switch (language) {
    case "en":
      return `${n}${{ one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" }[new Intl.PluralRules("en", { type: "ordinal" }).select(n)]}`;
    case "de":
      return `${n}.`;
    case "fr":
      return n === 1 ? "1er" : `${n}e`;
    default:
      return String(n);
  }
}
