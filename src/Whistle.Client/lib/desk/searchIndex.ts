import type { HybridIdentity } from "../age.ts";
import { WhistleError } from "../errors.ts";
import type { Random } from "../random.ts";
import { doubling, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Id } from "../types.ts";

// SPEC 11, Search index: what one device has read of the cases, sealed to the person who read it. It never leaves the device.

const sizes = doubling(65536, 2 ** 24);

/** Where a text stands: in a message of either side, in a note or record, or as the name of a file. */
export const textPlaces = ["letter", "note", "file"] as const;
export type TextPlace = (typeof textPlaces)[number];

/** What the team has to do in a case by a day, beside the law's own clocks. */
export const dutyKinds = ["task", "meeting", "review", "check-in"] as const;
export type DutyKind = (typeof dutyKinds)[number];

const readCaseShape = shape.object({
  case: shape.id,
  changes: shape.count,
  texts: shape.list(shape.object({ where: shape.oneOf(...textPlaces), text: shape.text(2 ** 20) }), 100_000),
  duties: shape.list(shape.object({ kind: shape.oneOf(...dutyKinds), by: shape.count }), 10_000),
});

const indexShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("search-index"),
  owner: shape.id,
  cases: shape.list(readCaseShape, 200_000),
  sig: shape.text(100),
});

/** A case as it was read when it had so many `changes` (SPEC 14.3). `by` in whole days since 1970-01-01. */
export type ReadCase = ReturnType<typeof readCaseShape>;

/** Of more than fits, the last of `cases` are kept: what was read last stands last. */
export function sealIndex(cases: readonly ReadCase[], owner: Id, identity: HybridIdentity, root: Uint8Array, key: SigningKey, random: Random): Uint8Array {
  for (let from = 0; ; from += Math.max(1, Math.ceil((cases.length - from) / 4))) {
    const kept = cases.slice(from).map((entry) => ({ ...entry, texts: entry.texts.map((text) => ({ ...text })), duties: entry.duties.map((duty) => ({ ...duty })) }));
    try {
      return sealJson(signObject("search-index", root, { v: 1, type: "search-index", owner, cases: kept }, key), sizes, [identity.recipient], 1, random);
    } catch (error) {
      if (!(error instanceof WhistleError && error.code === "text-too-long") || kept.length === 0) {
        throw error;
      }
    }
  }
}

/** Throws `index-invalid`: not mine, or altered by whoever else uses the device. */
export function openIndex(file: Uint8Array, owner: Id, identity: HybridIdentity, root: Uint8Array, publicKey: Uint8Array): readonly ReadCase[] {
  try {
    const json = openJson(file, identity, sizes, 1);
    const index = indexShape(json);
    verifyObject("search-index", root, shape.asObject(json), publicKey);
    if (index.owner === owner) {
      return index.cases;
    }
  } catch {
    throw new WhistleError("index-invalid");
  }
  throw new WhistleError("index-invalid");
}
