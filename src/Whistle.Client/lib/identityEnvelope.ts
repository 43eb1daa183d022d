import { fileSize, hasExactly, open, seal, type HybridIdentity } from "./age.ts";
import { utf8 } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import { canonical, pad, parseCanonical, unpad } from "./jcs.ts";
import type { Random } from "./random.ts";
import * as shape from "./shape.ts";
import type { Id } from "./types.ts";

// SPEC 5.6. Every tip has one of the same size, so that nobody sees who stayed anonymous.

const stanzas = 8;
const plaintextSize = 2048;
export const identitySize = fileSize(stanzas, plaintextSize);
export const maxNameBytes = 200;
export const maxContactBytes = 500;

const identityShape = shape.object({ v: shape.just(1), case: shape.id, name: shape.text(), contact: shape.text() });
export type GivenIdentity = ReturnType<typeof identityShape>;

/** Without an identity: spaces under eight throwaways. Throws `identity-too-long`. */
export function sealIdentity(
  caseId: Id,
  given: { readonly name: string; readonly contact: string; readonly custodians: readonly Uint8Array[] } | undefined,
  random: Random,
): Uint8Array {
  if (given === undefined) {
    return seal(new Uint8Array(plaintextSize).fill(0x20), [], stanzas, random);
  }
  if (utf8(given.name).length > maxNameBytes || utf8(given.contact).length > maxContactBytes) {
    throw new WhistleError("identity-too-long");
  }
  const text = canonical({ v: 1, case: caseId, name: given.name, contact: given.contact });
  return seal(pad(text, plaintextSize), given.custodians, stanzas, random);
}

/** Throws `sealed-unreadable`, `identity-invalid` (another form, or another case). */
export function openIdentity(file: Uint8Array, identity: HybridIdentity, caseId: Id): GivenIdentity {
  if (!hasExactly(file, stanzas)) {
    throw new WhistleError("sealed-unreadable");
  }
  let plaintext: Uint8Array;
  try {
    plaintext = open(file, identity);
  } catch {
    throw new WhistleError("sealed-unreadable");
  }
  try {
    const given = identityShape(parseCanonical(unpad(plaintext)));
    if (plaintext.length === plaintextSize && given.case === caseId) {
      return given;
    }
  } catch {
    throw new WhistleError("identity-invalid");
  }
  throw new WhistleError("identity-invalid");
}
