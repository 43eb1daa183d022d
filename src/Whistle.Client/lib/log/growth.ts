import { equal } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { hashRanges, type TileFetch } from "./tiles.ts";
import { consistency, consistencyPath } from "./tree.ts";

/** Two heads of one log and one size that differ: no honest log signs both. */
export function isFork(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size && !equal(a.root, b.root);
}

/**
 * That the second head goes on from the first. Throws `log-shrunk`; `log-forked` where both heads together are the proof
 * that it does not; `log-malformed` where the tiles are not the second head's; and what `fetch` throws.
 */
export async function verifyGrowth(first: Checkpoint, second: Checkpoint, fetch: TileFetch): Promise<void> {
  if (second.size < first.size) {
    throw new WhistleError("log-shrunk");
  }
  const proof = await hashRanges(consistencyPath(first.size, second.size), second.size, fetch);
  const answer = consistency(first.size, first.root, second.size, second.root, proof);
  if (answer !== "yes") {
    throw new WhistleError(answer === "no" ? "log-forked" : "log-malformed");
  }
}
