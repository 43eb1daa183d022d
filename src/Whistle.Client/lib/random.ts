import { WhistleError } from "./errors.ts";

/** Gives n unpredictable bytes. A parameter of everything that makes bytes (SPEC 1). */
export type Random = (n: number) => Uint8Array;

export const systemRandom: Random = (n) => {
  const bytes = new Uint8Array(n);
  // getRandomValues takes at most 65536 bytes at once.
  for (let at = 0; at < n; at += 65536) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(n, at + 65536)));
  }
  return bytes;
};

/** A uniform integer in 0 ≤ x < n, by rejection of the biased tail (SPEC 2). */
export function randomBelow(random: Random, n: number): number {
  if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
    throw new WhistleError("out-of-range");
  }
  const limit = 2 ** 32 - (2 ** 32 % n);
  for (;;) {
    const b = random(4);
    const value = new DataView(b.buffer, b.byteOffset, 4).getUint32(0);
    if (value < limit) {
      return value % n;
    }
  }
}

/** Fisher-Yates from the end (SPEC 2). Returns a new array. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomBelow(random, i + 1);
    const a = result[i] as T;
    result[i] = result[j] as T;
    result[j] = a;
  }
  return result;
}
