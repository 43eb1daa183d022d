import type { HybridIdentity } from "../age.ts";
import { WhistleError } from "../errors.ts";
import { canonical } from "../jcs.ts";
import type { Random } from "../random.ts";
import { doubling, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Id } from "../types.ts";

// SPEC 11, Search index: what one device has read of the cases, sealed to the person who read it. It never leaves the device.

/** Parts in which an index lies, so that one case that changes seals a sixteenth of it anew. */
export const indexParts = 16;

const sizes = doubling(65536, 2 ** 20);
/** For the members around the cases, the signature among them. */
const around = 400;

/** Where a text stands: in a message of either side, in a note or record, or as the name of a file. */
export const textPlaces = ["letter", "note", "file"] as const;
export type TextPlace = (typeof textPlaces)[number];

/** What the team has to do in a case, beside the law's own clocks. */
export const dutyKinds = ["task", "meeting", "review", "check-in"] as const;
export type DutyKind = (typeof dutyKinds)[number];

const readCaseShape = shape.object({
  case: shape.id,
  changes: shape.count,
  deletions: shape.count,
  texts: shape.list(shape.object({ where: shape.oneOf(...textPlaces), text: shape.text(2 ** 20) }), 100_000),
  duties: shape.list(shape.object({ kind: shape.oneOf(...dutyKinds), day: shape.day }), 10_000),
});

const indexShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("search-index"),
  owner: shape.id,
  part: shape.count,
  cases: shape.list(readCaseShape, 200_000),
  sig: shape.text(100),
});

/**
 * A case as it was read when it had so many `changes` and `deletions` (SPEC 14.3). `day`, in whole days since 1970-01-01: when a
 * task or review is due, when a meeting was asked for, when the mailbox asks a check-in.
 */
export type ReadCase = ReturnType<typeof readCaseShape>;

/** In which part a case lies. */
export function partOf(caseId: Id): number {
  return Number.parseInt(caseId.slice(0, 1), 16);
}

const plain = ({ case: id, changes, deletions, texts, duties }: ReadCase) => ({
  case: id, changes, deletions, texts: texts.map(({ where, text }) => ({ where, text })), duties: duties.map(({ kind, day }) => ({ kind, day })),
});

/**
 * What fits into a part. Of more than fits, the texts of those that stand first go, and their days stay: what was read last stands
 * last. One that lost its texts says that it was read before any change.
 */
function fitting(cases: readonly ReadCase[]): readonly ReadCase[] {
  const length = (entry: ReadCase): number => canonical(plain(entry)).length + 1;
  const sized = cases.map((entry) => {
    const bare = { ...entry, changes: 0, texts: [] };
    return { entry, bare, least: length(bare), most: length(entry) };
  });
  let room = sizes.at(-1)! - around - sized.reduce((sum, { least }) => sum + least, 0);
  return sized
    .reverse()
    .flatMap(({ entry, bare, least, most }) => {
      if (most - least <= room) {
        room -= most - least;
        return [entry];
      }
      return entry.duties.length === 0 ? [] : [bare];
    })
    .reverse();
}

/** Throws `text-too-long` where not even the days of so many cases fit into one part: a hundred thousand of them. */
export function sealIndex(part: number, cases: readonly ReadCase[], owner: Id, identity: HybridIdentity, root: Uint8Array, key: SigningKey, random: Random): Uint8Array {
  return sealJson(signObject("search-index", root, { v: 1, type: "search-index", owner, part, cases: fitting(cases).map(plain) }, key), sizes, [identity.recipient], 1, random);
}

/** Throws `index-invalid`: not mine, another part, or altered by whoever else uses the device. */
export function openIndex(part: number, file: Uint8Array, owner: Id, identity: HybridIdentity, root: Uint8Array, publicKey: Uint8Array): readonly ReadCase[] {
  try {
    const json = openJson(file, identity, sizes, 1);
    const index = indexShape(json);
    verifyObject("search-index", root, shape.asObject(json), publicKey);
    if (index.owner === owner && index.part === part) {
      return index.cases;
    }
  } catch {
    throw new WhistleError("index-invalid");
  }
  throw new WhistleError("index-invalid");
}
