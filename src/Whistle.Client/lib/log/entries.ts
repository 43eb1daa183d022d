import { equal } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { hashRanges, indexPath, tileWidth, widthAt, type TileFetch } from "./tiles.ts";
import { leafHash, nodeHash, subtrees } from "./tree.ts";

/**
 * The entries of a log from an index on, in order. What stands before is hashed from tiles, what is returned from its own
 * bytes, and both together must be the checkpoint's root: nothing can be left out, added or changed. Throws `log-malformed`,
 * and what `fetch` throws.
 */
export async function readEntries(from: number, head: Checkpoint, fetch: TileFetch): Promise<Uint8Array[]> {
  return (await readTail(from, head, fetch)).entries.slice(from % tileWidth);
}

/**
 * The same from the beginning of a tile on, and the hashes of what stands before: two logs that have the same ones, and
 * of which one goes on from the other's entries, are one log.
 */
export async function readTail(from: number, head: Checkpoint, fetch: TileFetch): Promise<{ readonly before: Uint8Array[]; readonly entries: Uint8Array[] }> {
  const first = Math.floor(from / tileWidth);
  const before = subtrees({ start: 0, end: first * tileWidth });
  const hashes = await hashRanges(before, head.size, fetch);
  // Full subtrees from the left, the largest first, as RFC 6962 joins them.
  const left = before.map(({ start, end }, i) => ({ leaves: end - start, hash: hashes[i] as Uint8Array }));
  const entries: Uint8Array[] = [];
  for (let index = first; index * tileWidth < head.size; index++) {
    const width = widthAt(0, index, head.size);
    const bundle = readBundle(await fetch(`tile/entries/${indexPath(index, width)}`));
    if (bundle.length !== width) {
      throw new WhistleError("log-malformed");
    }
    for (const entry of bundle) {
      entries.push(entry);
      let right = { leaves: 1, hash: leafHash(entry) };
      for (let last = left.at(-1); last?.leaves === right.leaves; last = left.at(-1)) {
        right = { leaves: right.leaves * 2, hash: nodeHash(last.hash, right.hash) };
        left.pop();
      }
      left.push(right);
    }
  }
  const root = left.map(({ hash }) => hash).reduceRight((right, hash) => nodeHash(hash, right));
  if (!equal(root, head.root)) {
    throw new WhistleError("log-malformed");
  }
  return { before: hashes, entries };
}

/** Entries with their lengths before them (C2SP tlog-tiles). Throws `log-malformed`. */
function readBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    if (end > bytes.length) {
      throw new WhistleError("log-malformed");
    }
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return entries;
}
