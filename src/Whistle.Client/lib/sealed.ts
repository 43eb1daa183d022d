import { hasExactly, open, seal, type HybridIdentity } from "./age.ts";
import { WhistleError } from "./errors.ts";
import { canonical, pad, parseCanonical, unpad, type Json, type JsonObject } from "./jcs.ts";
import type { Random } from "./random.ts";

// What all sealed JSON objects share: padding, an exact number of stanzas, strict reading.

/** Plaintext sizes of messages, notes, drafts and summaries (SPEC 5.3). */
export const messageSizes: readonly number[] = [4096, 8192, 16384, 32768, 65536];

/** Seals at the smallest size that fits. Throws `text-too-long`. */
export function sealJson(value: JsonObject, sizes: readonly number[], recipients: readonly Uint8Array[], stanzas: number, random: Random): Uint8Array {
  const text = canonical(value);
  const size = sizes.find((s) => text.length <= s);
  if (size === undefined) {
    throw new WhistleError("text-too-long");
  }
  return seal(pad(text, size), recipients, stanzas, random);
}

/**
 * Opens, checks the size and the exact number of stanzas, strips the padding and parses.
 * Throws `sealed-unreadable` (not for this key, altered, or another form).
 */
export function openJson(file: Uint8Array, identity: HybridIdentity, sizes: readonly number[], stanzas: number | "any"): Json {
  if (stanzas !== "any" && !hasExactly(file, stanzas)) {
    throw new WhistleError("sealed-unreadable");
  }
  let plaintext: Uint8Array;
  try {
    plaintext = open(file, identity);
    if (!sizes.includes(plaintext.length)) {
      throw new WhistleError("sealed-unreadable");
    }
    return parseCanonical(unpad(plaintext));
  } catch {
    throw new WhistleError("sealed-unreadable");
  }
}

/** Sizes from `first`, doubling, that a growing object is padded to (keyring). */
export function doubling(first: number, last: number): number[] {
  const sizes = [first];
  for (let size = first * 2; size <= last; size *= 2) {
    sizes.push(size);
  }
  return sizes;
}
