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
import type { Day, Hash, Id } from "../types.ts";

// SPEC 12: what one person proposes and another approves, a redacted summary, the closing of a case or a purge.

export type ProposalKind = "summary" | "closing" | "purge";

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

/** Why something is deleted before the case is (SPEC 12.2). */
export const purgeGrounds = ["irrelevant", "special-category", "secrecy", "another"] as const;
export type PurgeGround = (typeof purgeGrounds)[number];

export const maxPurge = 2000;

const purgeShape = shape.object({
  v: shape.just(1),
  purge: shape.id,
  case: shape.id,
  ground: shape.oneOf(...purgeGrounds),
  lang: shape.text(35),
  text: shape.text(maxPurge),
});
/** Why something is deleted. It never leaves the encryption. */
export type PurgeText = ReturnType<typeof purgeShape>;

/** What is to be deleted, as both signatures name it. */
export interface PurgeTarget {
  /** Of a letter's ciphertext, or the tree hash of an object of files. */
  readonly target: Hash;
  /** The version in which both signers are looked up. */
  readonly directory: Hash;
  readonly day: Day;
}

const common = { v: shape.just(1), case: shape.id, hash: shape.hash, proposer: shape.id, sig: shape.text(100) };
const proposalShapes = {
  summary: shape.object({ ...common, type: shape.oneOf("summary-proposal"), summary: shape.id }),
  closing: shape.object({ ...common, type: shape.oneOf("closing-proposal"), closing: shape.id }),
  purge: shape.object({ ...common, type: shape.oneOf("purge-proposal"), purge: shape.id, target: shape.hash, directory: shape.hash, day: shape.day }),
};

export interface Proposal {
  readonly kind: ProposalKind;
  readonly id: Id;
  readonly case: Id;
  readonly hash: Hash;
  readonly proposer: Id;
  /** Of a purge. */
  readonly purge?: PurgeTarget;
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
function proposeText(kind: ProposalKind, id: Id, text: JsonObject, caseId: Id, proposer: Id, to: ProposalTo, root: Uint8Array, key: SigningKey, random: Random, purge?: PurgeTarget) {
  const signed = signObject(`${kind}-propose`, root, { v: 1, type: `${kind}-proposal`, [kind]: id, case: caseId, hash: textHash(text), proposer, ...purge }, key);
  const recipients = [to.recipient, ...to.approvers];
  return { proposal: canonicalText(signed), ciphertext: sealJson(text, messageSizes, recipients, recipients.length, random) };
}

export function propose(released: Released, caseId: Id, proposer: Id, to: ProposalTo, root: Uint8Array, key: SigningKey, random: Random) {
  return proposeText("summary", released.summary, { ...released }, caseId, proposer, to, root, key, random);
}

export function proposeClosingText(text: ClosingText, proposer: Id, to: ProposalTo, root: Uint8Array, key: SigningKey, random: Random) {
  return proposeText("closing", text.closing, { ...text }, text.case, proposer, to, root, key, random);
}

export function proposePurgeText(text: PurgeText, purge: PurgeTarget, proposer: Id, to: ProposalTo, root: Uint8Array, key: SigningKey, random: Random) {
  return proposeText("purge", text.purge, { ...text }, text.case, proposer, to, root, key, random, purge);
}

/** Throws `summary-malformed`, `closing-malformed` or `purge-malformed`. */
export function parseProposal(text: string, kind: ProposalKind = "summary"): Proposal {
  try {
    const json = parseCanonical(utf8(text));
    const read = proposalShapes[kind](json);
    const id = "summary" in read ? read.summary : "closing" in read ? read.closing : read.purge;
    const purge = "target" in read ? { purge: { target: read.target, directory: read.directory, day: read.day } } : {};
    return { kind, id, case: read.case, hash: read.hash, proposer: read.proposer, ...purge, signed: { ...read } };
  } catch {
    throw new WhistleError(`${kind}-malformed`);
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

/** The same of a purge: `purge-malformed`, `purge-differs`. */
export function openPurge(ciphertext: Uint8Array, proposal: Proposal, identity: HybridIdentity): PurgeText {
  const text = shape.read(purgeShape, openJson(ciphertext, identity, messageSizes, "any"), "purge-malformed");
  if (text.purge !== proposal.id || text.case !== proposal.case || textHash({ ...text }) !== proposal.hash) {
    throw new WhistleError("purge-differs");
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
