import type { HybridIdentity } from "../age.ts";
import { parseCaseKey, type CaseKey } from "../caseKey.ts";
import { WhistleError } from "../errors.ts";
import type { Random } from "../random.ts";
import { doubling, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Id } from "../types.ts";

// SPEC 11, Keyring: what this person's devices have opened, and what they will not let change behind their back.

const sizes = doubling(65536, 2 ** 24);

const caseShape = shape.object({
  case: shape.id,
  key: shape.text(80),
  channel: shape.optional(shape.id),
  sheet: shape.optional(
    shape.object({
      day: shape.day,
      lang: shape.text(35),
      title: shape.text(200),
      version: shape.optional(shape.count),
      category: shape.optional(shape.text(64)),
      severity: shape.optional(shape.text(64)),
      leading: shape.optional(shape.id),
      stage: shape.optional(shape.text(64)),
    }),
  ),
  granted: shape.optional(
    shape.object({ signing: shape.text(64), reply: shape.id, readers: shape.list(shape.text(80), 64), excluded: shape.list(shape.text(80), 64) }),
  ),
  first: shape.optional(shape.object({ hash: shape.hash, signing: shape.text(64) })),
});

/** Filters of one person, and code points of a filter's name. */
export const maxFilters = 20;
export const maxFilterName = 60;

const filterShape = shape.object({
  name: shape.text(maxFilterName),
  channel: shape.optional(shape.id),
  severity: shape.optional(shape.text(64)),
  only: shape.list(shape.text(40), 10),
});

const ringShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("keyring"),
  owner: shape.id,
  version: shape.count,
  positions: shape.list(shape.object({ channel: shape.id, position: shape.count }), 4096),
  cases: shape.list(caseShape, 200_000),
  recused: shape.list(shape.id, 200_000),
  filters: shape.optional(shape.list(filterShape, maxFilters, 1)),
  sig: shape.text(100),
});

/**
 * A case in the keyring. `channel` and `sheet` come from the stream, so that the row of an unclaimed case is drawn without
 * reading the stream again: who reads it again from its beginning shows that they hold such a case. Of a claimed case, `sheet`
 * is the newest that was vouched for (version 1 where it names none), so that it is opened once. `granted` is what the
 * colleague who gave the case had signed, `first` the first message as it was when it first held.
 */
export type RingCase = ReturnType<typeof caseShape>;

/** What a person looks for again and again in the list, by a name of their own. */
export type SavedFilter = ReturnType<typeof filterShape>;

/** The keyring in memory: what this person's device has opened so far. */
export interface Ring {
  /** The server's version; 0 before the first was stored. */
  readonly version: number;
  readonly positions: readonly { readonly channel: Id; readonly position: number }[];
  readonly cases: readonly RingCase[];
  readonly recused: readonly Id[];
  readonly filters: readonly SavedFilter[];
}

export const emptyRing: Ring = { version: 0, positions: [], cases: [], recused: [], filters: [] };

export function sealRing(ring: Ring, owner: Id, identity: HybridIdentity, root: Uint8Array, key: SigningKey, random: Random): Uint8Array {
  const signed = signObject(
    "keyring",
    root,
    {
      v: 1,
      type: "keyring",
      owner,
      version: ring.version,
      positions: ring.positions.map(({ channel, position }) => ({ channel, position })),
      cases: ring.cases.map((entry) => ({ ...entry })),
      recused: ring.recused,
      ...(ring.filters.length === 0 ? {} : { filters: ring.filters.map((filter) => ({ ...filter })) }),
    },
    key,
  );
  return sealJson(signed, sizes, [identity.recipient], 1, random);
}

/** Throws `keyring-invalid`: not mine, altered, an older one than the server names, or a key that is not its case's. */
export function openRing(file: Uint8Array, version: number, owner: Id, identity: HybridIdentity, root: Uint8Array, publicKey: Uint8Array): Ring {
  try {
    const json = openJson(file, identity, sizes, 1);
    const ring = ringShape(json);
    verifyObject("keyring", root, shape.asObject(json), publicKey);
    if (ring.owner === owner && ring.version === version) {
      return { version, positions: ring.positions, cases: ring.cases, recused: ring.recused, filters: ring.filters ?? [] };
    }
  } catch {
    throw new WhistleError("keyring-invalid");
  }
  throw new WhistleError("keyring-invalid");
}

/** A case of the ring; throws `key-missing`. */
export function entryOf(ring: Ring, caseId: Id): RingCase {
  const entry = ring.cases.find((e) => e.case === caseId);
  if (entry === undefined) {
    throw new WhistleError("key-missing");
  }
  return entry;
}

/** The key of a case; throws `key-missing`, `keyring-invalid` where the key under that id is another case's. */
export function keyOf(ring: Ring, caseId: Id): CaseKey {
  return parseCaseKeyOf(entryOf(ring, caseId));
}

/** As `keyOf`, of an entry. */
export function parseCaseKeyOf(entry: RingCase): CaseKey {
  const key = parseCaseKey(entry.key);
  if (key.id !== entry.case) {
    throw new WhistleError("keyring-invalid");
  }
  return key;
}

/** The entry with what another find adds to it. What stands already stays: a pin is set once. Of two sheets the newer stays. */
export function withMore(entry: RingCase | undefined, found: RingCase): RingCase {
  const { sheet } = sheetVersion(found) > sheetVersion(entry) ? found : (entry ?? found);
  return { ...found, ...entry, ...(sheet === undefined ? {} : { sheet }) };
}

/** Which version of the sheet the ring knows; 0 for none. */
export function sheetVersion(entry: RingCase | undefined): number {
  return entry?.sheet === undefined ? 0 : (entry.sheet.version ?? 1);
}

/**
 * What another device stored meanwhile, and this one's finds. Its positions count: what it had not tried is tried again. Filters
 * of both stay, so that one that was taken away on one device alone may come back.
 */
export function mergeRings(theirs: Ring, mine: Ring): Ring {
  const recused = [...new Set([...theirs.recused, ...mine.recused])];
  const cases = new Map(theirs.cases.map((entry) => [entry.case, entry]));
  for (const entry of mine.cases) {
    cases.set(entry.case, withMore(cases.get(entry.case), entry));
  }
  const filters = [...new Map([...theirs.filters, ...mine.filters].map((filter) => [filter.name, filter])).values()].slice(0, maxFilters);
  return { version: theirs.version, positions: theirs.positions, cases: [...cases.values()].filter((entry) => !recused.includes(entry.case)), recused, filters };
}
