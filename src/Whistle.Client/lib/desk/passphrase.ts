import { WhistleError } from "../errors.ts";
import { randomBelow, type Random } from "../random.ts";
import { effWordList } from "./effWordList.ts";

// SPEC 11: 7 words of the EFF large list, 90 bits. Generated, never chosen.

export const passphraseWords = 7;

export function effWords(): string[] {
  return effWordList.trim().split(/\s+/);
}

export function newPassphrase(random: Random): string {
  const words = effWords();
  return Array.from({ length: passphraseWords }, () => words[randomBelow(random, words.length)] as string).join(" ");
}

/**
 * The passphrase as it was made, from any letter case and white space. Throws `words-not-on-list` with positions,
 * `words-count`.
 */
export function parsePassphrase(input: string): string {
  const words = input.normalize("NFKC").toLowerCase().trim().split(/\s+/).filter((word) => word !== "");
  const known = new Set(effWords());
  const positions = words.flatMap((word, i) => (known.has(word) ? [] : [i + 1]));
  if (positions.length > 0) {
    throw new WhistleError("words-not-on-list", { positions });
  }
  if (words.length !== passphraseWords) {
    throw new WhistleError("words-count");
  }
  return words.join(" ");
}
