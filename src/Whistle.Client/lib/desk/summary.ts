import type { HybridIdentity } from "../age.ts";
import { h, hex, utf8 } from "../bytes.ts";
import type { Released } from "../deskApi.ts";
import { releasedShape } from "../deskApi.ts";
import { WhistleError } from "../errors.ts";
import { canonical, canonicalText, parseCanonical, type JsonObject } from "../jcs.ts";
import type { Random } from "../random.ts";
import { messageSizes, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Hash, Id } from "../types.ts";

// SPEC 12.




const proposalShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("summary-proposal"),
  summary: shape.id,
  case: shape.id,
  hash: shape.hash,
  proposer: shape.id,
  sig: shape.text(100),
});
export type Proposal = ReturnType<typeof proposalShape>;

/** `H(JCS of the released text)`. */
export function releasedHash(released: Released): Hash {
  return hex(h(canonical({ ...released } satisfies JsonObject)));
}

export function releasedText(released: Released): string {
  return canonicalText({ ...released } satisfies JsonObject);
}

/** The signed proposal as JCS, and the text sealed to the case and the chosen approvers (1 + their number of stanzas). */
export function propose(
  released: Released,
  caseId: Id,
  proposer: Id,
  to: { readonly recipient: Uint8Array; readonly approvers: readonly Uint8Array[] },
  root: Uint8Array,
  key: SigningKey,
  random: Random,
): { readonly proposal: string; readonly ciphertext: Uint8Array } {
  const signed = signObject(
    "summary-propose",
    root,
    { v: 1, type: "summary-proposal", summary: released.summary, case: caseId, hash: releasedHash(released), proposer },
    key,
  );
  const recipients = [to.recipient, ...to.approvers];
  return { proposal: canonicalText(signed), ciphertext: sealJson({ ...released }, messageSizes, recipients, recipients.length, random) };
}

/** Throws `summary-malformed`. */
export function parseProposal(text: string): Proposal {
  try {
    return proposalShape(parseCanonical(utf8(text)));
  } catch {
    throw new WhistleError("summary-malformed");
  }
}

/** Throws `signature-invalid`. */
export function verifyProposal(proposal: Proposal, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject("summary-propose", root, { ...proposal }, publicKey);
}

/** The text behind a proposal. Throws `sealed-unreadable`, `summary-malformed`, `summary-differs` (not what was signed). */
export function openReleased(ciphertext: Uint8Array, proposal: Proposal, identity: HybridIdentity): Released {
  const released = shape.read(releasedShape, openJson(ciphertext, identity, messageSizes, "any"), "summary-malformed");
  if (released.summary !== proposal.summary || releasedHash(released) !== proposal.hash) {
    throw new WhistleError("summary-differs");
  }
  return released;
}

/** The signed approval as JCS. Throws `same-person`: four eyes are two people. */
export function approve(proposalText: string, approver: Id, root: Uint8Array, key: SigningKey): string {
  const proposal = parseProposal(proposalText);
  if (proposal.proposer === approver) {
    throw new WhistleError("same-person");
  }
  return canonicalText(
    signObject(
      "summary-approve",
      root,
      {
        v: 1,
        type: "summary-approval",
        summary: proposal.summary,
        case: proposal.case,
        hash: proposal.hash,
        proposal: hex(h(utf8(proposalText))),
        approver,
      },
      key,
    ),
  );
}
