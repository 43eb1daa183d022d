import type { HybridIdentity } from "../age.ts";
import { parseCaseKey, type CaseKey } from "../caseKey.ts";
import { WhistleError } from "../errors.ts";
import type { Random } from "../random.ts";
import { doubling, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Id } from "../types.ts";

// SPEC 11, Keyring. A cache: everything in it can be had again from the stream and the inbox.

const sizes = doubling(65536, 2 ** 25);

const ringShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("keyring"),
  owner: shape.id,
  version: shape.count,
  positions: shape.list(shape.object({ channel: shape.id, position: shape.count }), 4096),
  cases: shape.list(shape.object({ case: shape.id, key: shape.text(80) }), 200_000),
  recused: shape.list(shape.id, 200_000),
  sig: shape.text(100),
});

/** The keyring in memory: what this person's device has opened so far. */
export interface Ring {
  /** The server's version; 0 before the first was stored. */
  readonly version: number;
  readonly positions: readonly { readonly channel: Id; readonly position: number }[];
  readonly cases: readonly { readonly case: Id; readonly key: string }[];
  readonly recused: readonly Id[];
}

export const emptyRing: Ring = { version: 0, positions: [], cases: [], recused: [] };

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
      cases: ring.cases.map((entry) => ({ case: entry.case, key: entry.key })),
      recused: ring.recused,
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
      return { version, positions: ring.positions, cases: ring.cases, recused: ring.recused };
    }
  } catch {
    throw new WhistleError("keyring-invalid");
  }
  throw new WhistleError("keyring-invalid");
}

/** The key of a case; throws `key-missing`, `keyring-invalid` where the key under that id is another case's. */
export function keyOf(ring: Ring, caseId: Id): CaseKey {
  const entry = ring.cases.find((e) => e.case === caseId);
  if (entry === undefined) {
    throw new WhistleError("key-missing");
  }
  const key = parseCaseKey(entry.key);
  if (key.id !== caseId) {
    throw new WhistleError("keyring-invalid");
  }
  return key;
}
