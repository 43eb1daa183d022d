import { identityFromSeed, type HybridIdentity } from "./age.ts";
import { h, hex, hkdf, utf8 } from "./bytes.ts";
import { signingKey, type SigningKey } from "./sign.ts";
import type { Id } from "./types.ts";

// SPEC 3. All keys come from the receipt's entropy by HKDF; 128 bits need no slow derivation.

/** Everything that twelve words lead to. Secret but `mailboxId` and the public keys. */
export interface ReceiptKeys {
  readonly mailboxAuth: SigningKey;
  readonly sourceSign: SigningKey;
  readonly reply: HybridIdentity;
  readonly stateKey: Uint8Array;
  readonly existenceBlind: Uint8Array;
  readonly contentBlind: Uint8Array;
  readonly mailboxId: Id;
}

export function deriveReceipt(entropy: Uint8Array): ReceiptKeys {
  const derive = (label: string) => hkdf(entropy, "whistle/receipt/v1", label);
  const mailboxAuth = signingKey(derive("mailbox-auth-ed25519"));
  return {
    mailboxAuth,
    sourceSign: signingKey(derive("source-sign-ed25519")),
    reply: identityFromSeed(derive("reply-age-identity")),
    stateKey: derive("state-key"),
    existenceBlind: derive("existence-blind"),
    contentBlind: derive("content-blind"),
    mailboxId: mailboxIdOf(mailboxAuth.publicKey),
  };
}

export function mailboxIdOf(publicKey: Uint8Array): Id {
  return hex(h(utf8("whistle/mailbox-id/v1"), publicKey).slice(0, 16));
}
