import { equal, h } from "../bytes.ts";

// RFC 6962 section 2.1 with SHA-256. Sizes and indexes are integers up to 2^53-1.

/** The leaves from `start` up to, not including, `end`: one node of some tree. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Hashes in a proof at most: one per level. */
export const maxProof = 63;

/** The root of the tree without leaves: the hash of nothing. */
export const emptyRoot: Uint8Array = h();

export function leafHash(entry: Uint8Array): Uint8Array {
  return h(Uint8Array.of(0), entry);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return h(Uint8Array.of(1), left, right);
}

/** From the leaf's sibling up to the root's child. Throws `RangeError` where the tree has no such leaf. */
export function inclusionPath(index: number, size: number): Range[] {
  if (!isSize(index) || !isSize(size) || index >= size) {
    throw new RangeError("no such leaf");
  }
  const path: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    path.unshift(index < middle ? { start: middle, end } : { start, end: middle });
    [start, end] = index < middle ? [start, middle] : [middle, end];
  }
  return path;
}

/** Section 2.1.2, and empty where the first size is 0 or the second. Throws `RangeError` where it is larger. */
export function consistencyPath(first: number, second: number): Range[] {
  if (!isSize(first) || !isSize(second) || first > second) {
    throw new RangeError("no such trees");
  }
  if (first === 0 || first === second) {
    return [];
  }
  const path: Range[] = [];
  let [start, end] = [0, second];
  while (end !== first) {
    const middle = start + split(end - start);
    path.unshift(first <= middle ? { start: middle, end } : { start, end: middle });
    [start, end] = first <= middle ? [start, middle] : [middle, end];
  }
  // The first tree's own hash is left out where it is a node of the second.
  return start === 0 ? path : [{ start, end }, ...path];
}

/** Whether the leaf hash is the one at this index of the tree of this size and root. */
export function includes(size: number, root: Uint8Array, index: number, leaf: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (!isSize(size) || !isSize(index) || index >= size) {
    return false;
  }
  const path = inclusionPath(index, size);
  if (path.length !== proof.length) {
    return false;
  }
  const hash = path.reduce((below, range, i) => {
    const beside = proof[i] as Uint8Array;
    return range.end <= index ? nodeHash(beside, below) : nodeHash(below, beside);
  }, leaf);
  return equal(hash, root);
}

/** Whether the tree of the second size begins with the tree of the first. */
export function isConsistent(first: number, firstRoot: Uint8Array, second: number, secondRoot: Uint8Array, proof: readonly Uint8Array[]): boolean {
  return consistency(first, firstRoot, second, secondRoot, proof) === "yes";
}

/** `no` where the proof is one of the second tree, and shows that the first is not its beginning; `unproven` where it is not. */
export function consistency(first: number, firstRoot: Uint8Array, second: number, secondRoot: Uint8Array, proof: readonly Uint8Array[]): "yes" | "no" | "unproven" {
  const answer = (holds: boolean): "yes" | "no" => (holds ? "yes" : "no");
  if (!isSize(first) || !isSize(second) || first > second) {
    return "unproven";
  }
  if (first === 0 || first === second) {
    return proof.length > 0 ? "unproven" : answer(first === 0 ? equal(firstRoot, emptyRoot) && (second > 0 || equal(secondRoot, emptyRoot)) : equal(firstRoot, secondRoot));
  }
  const path = consistencyPath(first, second);
  if (path.length !== proof.length) {
    return "unproven";
  }
  const repeated = (path[0] as Range).end === first;
  let old = repeated ? (proof[0] as Uint8Array) : firstRoot;
  let grown = old;
  for (let i = repeated ? 1 : 0; i < path.length; i++) {
    const beside = proof[i] as Uint8Array;
    if ((path[i] as Range).end <= first) {
      old = nodeHash(beside, old);
      grown = nodeHash(beside, grown);
    } else {
      grown = nodeHash(grown, beside);
    }
  }
  return equal(grown, secondRoot) ? answer(equal(old, firstRoot)) : "unproven";
}

/** The full subtrees that a range consists of, the largest first. */
export function subtrees({ start, end }: Range): Range[] {
  const found: Range[] = [];
  for (let at = start; at < end; at = (found.at(-1) as Range).end) {
    const rest = end - at;
    const leaves = rest === 1 || rest === 2 * split(rest) ? rest : split(rest);
    found.push({ start: at, end: at + leaves });
  }
  return found;
}

/** The largest power of two below n, for n of 2 and more. */
export function split(n: number): number {
  let power = 1;
  while (power * 2 < n) {
    power *= 2;
  }
  return power;
}

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
