import type { HybridIdentity } from "../age.ts";
import { parseCaseKey, type CaseKey } from "../caseKey.ts";
import { WhistleError } from "../errors.ts";
import { doubling, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import type { Random } from "../random.ts";
import type { Id } from "../types.ts";

// SPEC 11.1: the case keys that the holders of recovery give to one person.

const sizes = doubling(65536, 2 ** 24);

const recoveredShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("recovery"),
  to: shape.id,
  recovery: shape.id,
  keys: shape.list(shape.text(128), 40_000),
});

/** Throws `recovery-malformed`, `recovery-not-to-you`. */
export function openRecovered(file: Uint8Array, person: Id, identity: HybridIdentity): readonly CaseKey[] {
  let read: ReturnType<typeof recoveredShape>;
  let keys: readonly CaseKey[];
  try {
    read = recoveredShape(openJson(file, identity, sizes, 1));
    keys = read.keys.map((key) => parseCaseKey(key));
  } catch {
    throw new WhistleError("recovery-malformed");
  }
  if (read.to !== person) {
    throw new WhistleError("recovery-not-to-you");
  }
  return keys;
}

/** For tests and vectors: the command line makes these. */
export function sealRecovered(recovered: { readonly to: Id; readonly recovery: Id; readonly keys: readonly string[] }, recipient: Uint8Array, random: Random): Uint8Array {
  return sealJson({ v: 1, type: "recovery", ...recovered }, sizes, [recipient], 1, random);
}
