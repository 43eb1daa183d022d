import { newIdentity, type HybridIdentity } from "../age.ts";
import { concat, lp, utf8 } from "../bytes.ts";
import type { Random } from "../random.ts";
import { sign, signingKey, type SigningKey } from "../sign.ts";

// SPEC 11, Enrolment proof.

export interface PersonKeys {
  readonly identity: HybridIdentity;
  readonly signing: SigningKey;
}

export function newPersonKeys(random: Random): PersonKeys {
  return { identity: newIdentity(random), signing: signingKey(random(32)) };
}

/** Binds both new keys to this invitation at this origin, signed by the new signing key. */
export function enrolmentProof(keys: PersonKeys, origin: string, token: string): Uint8Array {
  return sign(
    keys.signing,
    concat(utf8("whistle/enrol/v1\0"), lp(utf8(origin)), lp(utf8(token)), keys.identity.recipient, keys.signing.publicKey),
  );
}
