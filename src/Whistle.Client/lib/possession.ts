import type { CaseKey } from "./caseKey.ts";
import { concat, fromHex, lp, utf8 } from "./bytes.ts";
import { sign, type SigningKey } from "./sign.ts";
import type { Id } from "./types.ts";

// SPEC 9, 10. These bind the origin, so that a server can't pass one on to another.

/** `"whistle/mailbox-auth/v1\0" || lp(origin) || mailbox id || nonce`, signed by the mailbox key. */
export function signMailboxRequest(key: SigningKey, origin: string, mailboxId: Id, nonce: Uint8Array): Uint8Array {
  return sign(key, concat(utf8("whistle/mailbox-auth/v1\0"), lp(utf8(origin)), fromHex(mailboxId, 16), nonce));
}

/** `"whistle/case-claim/v1\0" || lp(origin) || case id || reviewer signing public key || nonce`, signed by the case access key. */
export function signClaim(key: CaseKey, origin: string, reviewerSigning: Uint8Array, nonce: Uint8Array): Uint8Array {
  return sign(key.access, concat(utf8("whistle/case-claim/v1\0"), lp(utf8(origin)), fromHex(key.id, 16), reviewerSigning, nonce));
}
