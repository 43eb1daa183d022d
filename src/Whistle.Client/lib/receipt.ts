import { h } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import type { Random } from "./random.ts";
import { wordList } from "./wordList.ts";

// SPEC 3: 16 random bytes as 12 words of BIP-39's English list.

export const wordCount = 12;

/** 16 random bytes. Never sent, never stored. */
export function newEntropy(random: Random): Uint8Array {
  return random(16);
}

export function wordsOf(entropy: Uint8Array): string[] {
  if (entropy.length !== 16) {
    throw new WhistleError("out-of-range");
  }
  const bits = toBits(entropy) + toBits(h(entropy)).slice(0, 4);
  return Array.from({ length: wordCount }, (_, i) => wordList()[Number.parseInt(bits.slice(11 * i, 11 * i + 11), 2)] as string);
}

/** Splits what was typed or pasted: any letter case, line breaks, commas, numbering; "bu1er" stays one word, on no list. */
export function splitWords(input: string): string[] {
  return input
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{Nd}]+/u)
    .filter((word) => /\P{Nd}/u.test(word));
}

/**
 * The entropy of twelve words. Throws `words-not-on-list` (with 1-based `positions`), `words-count`, or
 * `words-checksum` where each word is on the list and together they are no receipt.
 */
export function parseWords(input: string): Uint8Array {
  const words = splitWords(input);
  const positions = words.flatMap((word, i) => (isWord(word) ? [] : [i + 1]));
  if (positions.length > 0) {
    throw new WhistleError("words-not-on-list", { positions });
  }
  if (words.length !== wordCount) {
    throw new WhistleError("words-count");
  }
  const bits = words.map((word) => wordList().indexOf(word).toString(2).padStart(11, "0")).join("");
  const entropy = new Uint8Array(16);
  for (let i = 0; i < 16; i++) {
    entropy[i] = Number.parseInt(bits.slice(8 * i, 8 * i + 8), 2);
  }
  if (toBits(h(entropy)).slice(0, 4) !== bits.slice(128)) {
    throw new WhistleError("words-checksum");
  }
  return entropy;
}

export function isWord(word: string): boolean {
  return wordList().includes(word);
}

/** Words that begin with these letters, in order; the first four letters are always enough for one. */
export function completeWord(letters: string, limit = 6): string[] {
  const start = letters.trim().toLowerCase();
  return start === "" ? [] : wordList().filter((word) => word.startsWith(start)).slice(0, limit);
}

/** Two different positions (0-based, ascending) to ask back, so that a source notices a copy that went wrong. */
export function positionsToAsk(random: Random): readonly [number, number] {
  const pick = (n: number) => {
    // 16 bits modulo 12 or 11 is uneven by less than 2^-12, and nothing secret hangs on it.
    const [high = 0, low = 0] = random(2);
    return (high * 256 + low) % n;
  };
  const a = pick(wordCount);
  const rest = pick(wordCount - 1);
  const b = rest >= a ? rest + 1 : rest;
  return a < b ? [a, b] : [b, a];
}

function toBits(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}
