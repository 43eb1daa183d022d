import { concat, h, hex } from "./bytes.ts";
import type { Hash } from "./types.ts";

// SPEC 5.5. Pieces are digested by WebCrypto, natively even where the page has no JIT.

export const piece = 1_048_576;

/** SHA-256 by WebCrypto; by our own code where the context has none (plain http). */
export async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  return subtle === undefined ? h(bytes) : new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(bytes)));
}

export function treeHashOf(digests: readonly Uint8Array[]): Hash {
  return hex(h(concat(...digests)));
}

/** `H` over the `H` of each MiB; an empty input has one empty piece. */
export async function treeHash(bytes: Uint8Array): Promise<Hash> {
  const digests: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += piece) {
    digests.push(await digest(bytes.subarray(at, at + piece)));
  }
  return treeHashOf(digests);
}
