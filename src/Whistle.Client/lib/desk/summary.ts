import type { HybridIdentity } from "../age.ts";
import { h, hex, utf8 } from "../bytes.ts";
import type { Released } from "../deskApi.ts";
import { releasedShape } from "../deskApi.ts";
import { retentionClasses } from "../clocks.ts";
import { WhistleError } from "../errors.ts";
import { canonical, canonicalText, parseCanonical, type JsonObject } from "../jcs.ts";
import type { Random } from "../random.ts";
import { messageSizes, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Hash, Id } from "../types.ts";

// SPEC 12: what one person proposes and another approves, a redacted summary or the closing of a case.

export type ProposalKind = "summary" | "closing";

/** What can have come of a case (SPEC 12.1). */
export const closingOutcomes = ["substantiated", "partly", "unsubstantiated", "out-of-scope", "duplicate", "withdrawn", "insufficient"] as const;
export type ClosingOutcome = (typeof closingOutcomes)[number];

export const maxClosing = 4000;

const closingShape = shape.object({
  v: shape.just(1),
  closing: shape.id,
  case: shape.id,
  outcome: shape.oneOf(...closingOutcomes),
  retention: shape.oneOf(...retentionClasses),
  lang: shape.text(35),
  text: shape.text(maxClosing),
});
/** Why a case is closed. It never leaves the encryption. */
export type ClosingText = ReturnType<typeof closingShape>;

const common = { v: shape.just(1), case: shape.id, hash: shape.hash, proposer: shape.id, sig: shape.text(100) };
const proposalShapes = {
  summary: shape.object({ ...common, type: shape.oneOf("summary-proposal"), summary: shape.id }),
  closing: shape.object({ ...common, type: shape.oneOf("closing-proposal"), closing: shape.id }),
};

export interface Proposal {
  readonly kind: ProposalKind;
  readonly id: Id;
  readonly case: Id;
  readonly hash: Hash;
  readonly proposer: Id;
  readonly signed: JsonObject & { readonly sig: string };
}

/** `H(JCS of the text)`. */
function textHash(text: JsonObject): Hash {
  return hex(h(canonical(text)));
}

export function releasedHash(released: Released): Hash {
  return textHash({ ...released });
}

export function releasedText(released: Released): string {
  return canonicalText({ ...released } satisfies JsonObject);
}

export interface ProposalTo {
  readonly recipient: Uint8Array;
  readonly approvers: readonly Uint8Array[];
}

/** The signed proposal as JCS, and the text sealed to the case and the chosen approvers (1 + their number of stanzas). */
function proposeText(kind: ProposalKind, id: Id, text: JsonObject, caseId: Id, proposer: Id, to: ProposalTo, root: Uint8Array, key: SigningKey, random: Random) {
  const signed = signObject(`${kind}-propose`, root, { v: 1, type: `${kind}-proposal`, [kind]: id, case: caseId, hash: textHash(text), proposer }, key);
  const recipients = [to.recipient, ...to.approvers];
  return { proposal: canonicalText(signed), ciphertext: sealJson(text, messageSizes, recipients, recipients.length, random) };
}

export function propose(released: Released, caseId: Id, proposer: Id, to: ProposalTo, root: Uint8Array, key: SigningKey, random: Random) {
  return proposeText("summary", released.summary, { ...released }, caseId, proposer, to, root, key, random);
}

export function proposeClosingText(text: ClosingText, proposer: Id, to: ProposalTo, root: Uint8Array, key: SigningKey, random: Random) {
  return proposeText("closing", text.closing, { ...text }, text.case, proposer, to, root, key, random);
}

/** Throws `summary-malformed` or `closing-malformed`. */
export function parseProposal(text: string, kind: ProposalKind = "summary"): Proposal {
  try {
    const json = parseCanonical(utf8(text));
    const read = proposalShapes[kind](json);
    return { kind, id: "summary" in read ? read.summary : read.closing, case: read.case, hash: read.hash, proposer: read.proposer, signed: { ...read } };
  } catch {
    throw new WhistleError(kind === "summary" ? "summary-malformed" : "closing-malformed");
  }
}

/** Throws `signature-invalid`. */
export function verifyProposal(proposal: Proposal, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject(`${proposal.kind}-propose`, root, proposal.signed, publicKey);
}

/** The text behind a proposal. Throws `sealed-unreadable`, `summary-malformed`, `summary-differs` (not what was signed). */
export function openReleased(ciphertext: Uint8Array, proposal: Proposal, identity: HybridIdentity): Released {
  const released = shape.read(releasedShape, openJson(ciphertext, identity, messageSizes, "any"), "summary-malformed");
  if (released.summary !== proposal.id || releasedHash(released) !== proposal.hash) {
    throw new WhistleError("summary-differs");
  }
  return released;
}

/** The same of a closing: `closing-malformed`, `closing-differs`. */
export function openClosing(ciphertext: Uint8Array, proposal: Proposal, identity: HybridIdentity): ClosingText {
  const text = shape.read(closingShape, openJson(ciphertext, identity, messageSizes, "any"), "closing-malformed");
  if (text.closing !== proposal.id || text.case !== proposal.case || textHash({ ...text }) !== proposal.hash) {
    throw new WhistleError("closing-differs");
  }
  return text;
}

/** The signed approval as JCS. Throws `same-person`: four eyes are two people. */
export function approve(proposalText: string, approver: Id, root: Uint8Array, key: SigningKey, kind: ProposalKind = "summary"): string {
  const proposal = parseProposal(proposalText, kind);
  if (proposal.proposer === approver) {
    throw new WhistleError("same-person");
  }
  return canonicalText(
    signObject(
      `${kind}-approve`,
      root,
      { v: 1, type: `${kind}-approval`, [kind]: proposal.id, case: proposal.case, hash: proposal.hash, proposal: hex(h(utf8(proposalText))), approver },
      key,
    ),
  );
}
