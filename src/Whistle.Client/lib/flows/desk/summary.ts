import { decodeRecipient, type HybridIdentity } from "../../age.ts";
import { hex } from "../../bytes.ts";
import type { RetentionClass } from "../../clocks.ts";
import { quarterOf } from "../../days.ts";
import {
  approve, maxClosing, maxPurge, openClosing, openPurge, openReleased, parseProposal, propose, proposeClosingText, proposePurgeText, releasedText, verifyProposal,
  type ClosingOutcome, type ClosingText, type Proposal, type ProposalKind, type ProposalTo, type PurgeGround, type PurgeText,
} from "../../desk/summary.ts";
import type { DeskApi, DeskApproval, DeskClosing, DeskPurge, DeskSummary, Outcome, RefusalCode, Released } from "../../deskApi.ts";
import { isExcluded, isExpired, isValidOn, personById, readerName, type Person } from "../../directory.ts";
import { WhistleError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { approverOf } from "../../tombstone.ts";
import type { Day, Hash, Id, RunOptions } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import type { Desk } from "./session.ts";
import { author, refusalOf } from "./vouched.ts";

// Redacted summaries, closings and purges: proposing, and the second pair of eyes.

/** What was read of a proposal: its text is undefined where it can't be opened or a signature does not hold. */
interface ProposalRead<Server, Text> {
  readonly server: Server;
  readonly proposer: Person | undefined;
  readonly text?: Text | undefined;
  readonly problem?: string | undefined;
}
export type DeskSummaryRead = ProposalRead<DeskSummary, Released>;
export type DeskClosingRead = ProposalRead<DeskClosing, ClosingText>;
export type DeskPurgeRead = ProposalRead<DeskPurge, PurgeText> & {
  /** What it is about; undefined where the proposal can't be read. */
  readonly target: Hash | undefined;
  readonly approver: Person | undefined;
};
export type DeskApprovalRead =
  | (ProposalRead<DeskApproval, Released> & { readonly kind: "summary" })
  | (ProposalRead<DeskApproval, ClosingText> & { readonly kind: "closing" })
  | (ProposalRead<DeskApproval, PurgeText> & { readonly kind: "purge" });

async function readProposal<Server extends { readonly id: Id; readonly proposal: string; readonly ciphertext?: Uint8Array | undefined }, Text>(
  kind: ProposalKind,
  server: Server,
  open: (ciphertext: Uint8Array, proposal: Proposal, identity: HybridIdentity) => Text,
  desk: Desk,
  identity: HybridIdentity,
  caseId: Id | undefined,
  signal: AbortSignal | undefined,
): Promise<ProposalRead<Server, Text>> {
  let proposer: Person | undefined;
  try {
    const proposal = parseProposal(server.proposal, kind);
    proposer = personById(desk.directory.content, proposal.proposer);
    proposer = await author(desk, proposal.proposer, (signing) => verifyProposal(proposal, desk.directory.root, signing), signal);
    if (proposal.id !== server.id || (caseId !== undefined && proposal.case !== caseId)) {
      throw new WhistleError(`${kind}-differs`);
    }
    // The text of a purge does not outlive a restored database; its signatures do.
    return server.ciphertext === undefined ? { server, proposer } : { server, proposer, text: open(server.ciphertext, proposal, identity) };
  } catch (error) {
    return { server, proposer, problem: refusalOf(error) };
  }
}

export function readSummary(server: DeskSummary, desk: Desk, identity: HybridIdentity, caseId: Id | undefined, signal: AbortSignal | undefined): Promise<DeskSummaryRead> {
  return readProposal("summary", server, openReleased, desk, identity, caseId, signal);
}

export function readClosing(server: DeskClosing, desk: Desk, identity: HybridIdentity, caseId: Id, signal: AbortSignal | undefined): Promise<DeskClosingRead> {
  return readProposal("closing", server, openClosing, desk, identity, caseId, signal);
}

export async function readPurge(server: DeskPurge, desk: Desk, identity: HybridIdentity, caseId: Id, signal: AbortSignal | undefined): Promise<DeskPurgeRead> {
  const read = await readProposal("purge", server, openPurge, desk, identity, caseId, signal);
  const target = read.problem === undefined ? parseProposal(server.proposal, "purge").purge?.target : undefined;
  return { ...read, target, approver: server.approval === undefined ? undefined : personById(desk.directory.content, approverOf(server.approval)) };
}

export interface SummaryInput {
  readonly category: string;
  readonly severity: string;
  readonly outcome: Outcome;
  readonly lang: string;
  readonly title: string;
  readonly text: string;
  readonly today: Day;
  readonly approvers: readonly Person[];
}

/** Who is asked may open what they are asked about: nobody whom the source left out, nobody whose key does not hold today. */
function checkApprovers(desk: Desk, file: DeskFile, approvers: readonly Person[], today: Day): void {
  if (approvers.some((person) => isExcluded(file.excluded, readerName(person)))) {
    throw new WhistleError("excluded");
  }
  if (isExpired(desk.directory.content, today)) {
    throw new WhistleError("directory-expired");
  }
  if (!approvers.every((person) => isValidOn(person, today))) {
    throw new WhistleError("not-valid-now");
  }
}

function toOf(file: DeskFile, approvers: readonly Person[]): ProposalTo {
  return { recipient: file.secret.key.identity.recipient, approvers: approvers.map((person) => decodeRecipient(person.recipient)) };
}

/**
 * Seals the redacted text to the case and the approvers, signs its hash. Returns the summary's id. Throws `excluded`,
 * `not-valid-now` for an approver whose key is not, `directory-expired`, `text-too-long`.
 */
export async function proposeSummary(api: DeskApi, desk: Desk, file: DeskFile, input: SummaryInput, random: Random, options: RunOptions = {}): Promise<Id> {
  checkApprovers(desk, file, input.approvers, input.today);
  if ([...input.title].length > 200 || [...input.text].length > 20_000) {
    throw new WhistleError("text-too-long");
  }
  const released: Released = {
    v: 1,
    summary: hex(random(16)),
    channel: file.server.case.channel,
    category: input.category,
    severity: input.severity,
    outcome: input.outcome,
    quarter: quarterOf(input.today),
    lang: input.lang,
    title: input.title,
    text: input.text,
  };
  const sealed = propose(released, file.caseId, desk.person.id, toOf(file, input.approvers), desk.directory.root, desk.signing, random);
  const { id } = await api.propose(file.caseId, "summaries", { ...sealed, approvers: input.approvers.map((person) => person.id) }, options.signal);
  return id;
}

export interface ClosingInput {
  readonly outcome: ClosingOutcome;
  readonly retention: RetentionClass;
  readonly text: string;
  readonly lang: string;
  readonly today: Day;
  readonly approvers: readonly Person[];
}

/** Proposes to close the case: what came of it and why, sealed to the case and to whom is asked. Throws as `proposeSummary`. */
export async function proposeClosing(api: DeskApi, desk: Desk, file: DeskFile, input: ClosingInput, random: Random, options: RunOptions = {}): Promise<Id> {
  checkApprovers(desk, file, input.approvers, input.today);
  if ([...input.text].length > maxClosing) {
    throw new WhistleError("text-too-long");
  }
  const text: ClosingText = { v: 1, closing: hex(random(16)), case: file.caseId, outcome: input.outcome, retention: input.retention, lang: input.lang, text: input.text };
  const sealed = proposeClosingText(text, desk.person.id, toOf(file, input.approvers), desk.directory.root, desk.signing, random);
  const { id } = await api.propose(file.caseId, "closings", { ...sealed, approvers: input.approvers.map((person) => person.id) }, options.signal);
  return id;
}

export interface PurgeInput {
  /** Of a letter, or of the object that its files are. */
  readonly target: Hash;
  readonly ground: PurgeGround;
  readonly text: string;
  readonly lang: string;
  readonly today: Day;
  readonly approvers: readonly Person[];
}

/** Proposes that one letter or its files are deleted for good, sealed to the case and to whom is asked. Throws as `proposeSummary`. */
export async function proposePurge(api: DeskApi, desk: Desk, file: DeskFile, input: PurgeInput, random: Random, options: RunOptions = {}): Promise<Id> {
  checkApprovers(desk, file, input.approvers, input.today);
  if ([...input.text].length > maxPurge) {
    throw new WhistleError("text-too-long");
  }
  const text: PurgeText = { v: 1, purge: hex(random(16)), case: file.caseId, ground: input.ground, lang: input.lang, text: input.text };
  const target = { target: input.target, directory: desk.directory.hash, day: input.today };
  const sealed = proposePurgeText(text, target, desk.person.id, toOf(file, input.approvers), desk.directory.root, desk.signing, random);
  const { id } = await api.propose(file.caseId, "purges", { ...sealed, approvers: input.approvers.map((person) => person.id) }, options.signal);
  return id;
}

/** What waits for this person, opened with their own key; signatures and hashes checked. */
export async function loadApprovals(api: DeskApi, desk: Desk, options: RunOptions = {}): Promise<readonly DeskApprovalRead[]> {
  const read: DeskApprovalRead[] = [];
  for (const item of await api.approvals(options.signal)) {
    read.push(
      item.kind === "summary"
        ? { kind: "summary", ...(await readProposal("summary", item, openReleased, desk, desk.identity, undefined, options.signal)) }
        : item.kind === "closing"
          ? { kind: "closing", ...(await readProposal("closing", item, openClosing, desk, desk.identity, undefined, options.signal)) }
          : { kind: "purge", ...(await readProposal("purge", item, openPurge, desk, desk.identity, undefined, options.signal)) },
    );
  }
  return read;
}

/** Throws `same-person` without asking the server, `summary-differs` where there is no verified text to release. */
export async function approveSummary(api: DeskApi, desk: Desk, summary: ProposalRead<{ readonly id: Id; readonly proposal: string }, Released>, options: RunOptions = {}): Promise<void> {
  if (summary.text === undefined) {
    throw new WhistleError(summary.problem ?? "summary-differs");
  }
  const approval = approve(summary.server.proposal, desk.person.id, desk.directory.root, desk.signing);
  await api.approve(summary.server.id, { approval, released: releasedText(summary.text) }, options.signal);
}

/** The same of a closing, whose text nobody else gets: `closing-differs` where there is no verified one. */
export async function approveClosing(api: DeskApi, desk: Desk, closing: ProposalRead<{ readonly id: Id; readonly proposal: string }, ClosingText>, options: RunOptions = {}): Promise<void> {
  if (closing.text === undefined) {
    throw new WhistleError(closing.problem ?? "closing-differs");
  }
  await api.approve(closing.server.id, { approval: approve(closing.server.proposal, desk.person.id, desk.directory.root, desk.signing, "closing") }, options.signal);
}

/** With it what the proposal names is gone for good: `purge-differs` where its text can't be read. */
export async function approvePurge(api: DeskApi, desk: Desk, purge: ProposalRead<{ readonly id: Id; readonly proposal: string }, PurgeText>, options: RunOptions = {}): Promise<void> {
  if (purge.text === undefined) {
    throw new WhistleError(purge.problem ?? "purge-differs");
  }
  await api.approve(purge.server.id, { approval: approve(purge.server.proposal, desk.person.id, desk.directory.root, desk.signing, "purge") }, options.signal);
}

export async function refuseProposal(api: DeskApi, proposal: Id, code: RefusalCode, options: RunOptions = {}): Promise<void> {
  await api.refuse(proposal, code, options.signal);
}
