import { decodeIdentity, encodeIdentity, fileSize, hasExactly, newIdentity, seal, tryOpen, type HybridIdentity } from "./age.ts";
import { fromUtf8, h, hex, hkdf, utf8 } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import type { Random } from "./random.ts";
import { signingKey, type SigningKey } from "./sign.ts";
import type { Id } from "./types.ts";

// SPEC 4.

export const caseKeyStanzas = 16;
const plaintextSize = 78;
export const caseKeySize = fileSize(caseKeyStanzas, plaintextSize);

/** Possession of this is the right to a case. Secret but `id` and the public keys. */
export interface CaseKey {
  readonly id: Id;
  readonly identity: HybridIdentity;
  readonly access: SigningKey;
}

export function newCaseKey(random: Random): CaseKey {
  return caseKeyOf(newIdentity(random));
}

export function caseKeyOf(identity: HybridIdentity): CaseKey {
  const access = signingKey(hkdf(identity.seed, "whistle/case/v1", "case-access-ed25519"));
  return { id: caseIdOf(identity.recipient, access.publicKey), identity, access };
}

/** From `AGE-SECRET-KEY-PQ-1…` as grants and keyrings carry it. Throws `identity-malformed`. */
export function parseCaseKey(text: string): CaseKey {
  return caseKeyOf(decodeIdentity(text));
}

/** `H("whistle/case-id/v1" || case recipient || access public key)[:16]`: a key proves the case it belongs to. */
export function caseIdOf(recipient: Uint8Array, access: Uint8Array): Id {
  return hex(h(utf8("whistle/case-id/v1"), recipient, access).slice(0, 16));
}

/** `case-key.age`: exactly 16 stanzas, however few the readers, so that nobody can count them. */
export function sealCaseKey(key: CaseKey, readers: readonly Uint8Array[], random: Random): Uint8Array {
  return seal(utf8(`${encodeIdentity(key.identity)}\n`), readers, caseKeyStanzas, random);
}

/** Undefined where the file is not for this identity; throws `case-key-malformed` where it is and holds no case key. */
export function tryOpenCaseKey(file: Uint8Array, identity: HybridIdentity): CaseKey | undefined {
  if (file.length !== caseKeySize || !hasExactly(file, caseKeyStanzas)) {
    return undefined;
  }
  const plaintext = tryOpen(file, identity);
  if (plaintext === undefined) {
    return undefined;
  }
  try {
    const text = fromUtf8(plaintext);
    if (text.endsWith("\n")) {
      return parseCaseKey(text.slice(0, -1));
    }
  } catch {
    throw new WhistleError("case-key-malformed");
  }
  throw new WhistleError("case-key-malformed");
}
