import { decodeRecipient, type HybridIdentity } from "../../age.ts";
import { hex } from "../../bytes.ts";
import type { RetentionClass } from "../../clocks.ts";
import { quarterOf } from "../../days.ts";
import {
  approve, maxClosing, openClosing, openReleased, parseProposal, propose, proposeClosingText, releasedText, verifyProposal,
  type ClosingOutcome, type ClosingText, type Proposal, type ProposalKind, type ProposalTo,
} from "../../desk/summary.ts";
import type { DeskApi, DeskApproval, DeskClosing, DeskSummary, Outcome, RefusalCode, Released } from "../../deskApi.ts";
import { isExcluded, isExpired, isValidOn, personById, readerName, type Person } from "../../directory.ts";
import { WhistleError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { Day, Id, RunOptions } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import type { Desk } from "./session.ts";
import { author, refusalOf } from "./vouched.ts";

// Redacted summaries and closings: proposing, and the second pair of eyes.

/** What was read of a proposal: its text is undefined where it can't be opened or a signature does not hold. */
interface ProposalRead<Server, Text> {
  readonly server: Server;
  readonly proposer: Person | undefined;
  readonly text?: Text | undefined;
  readonly problem?: string | undefined;
}
export type DeskSummaryRead = ProposalRead<DeskSummary, Released>;
export type DeskClosingRead = ProposalRead<DeskClosing, ClosingText>;
export type DeskApprovalRead =
  | (ProposalRead<DeskApproval, Released> & { readonly kind: "summary" })
  | (ProposalRead<DeskApproval, ClosingText> & { readonly kind: "closing" });

async function readProposal<Server extends { readonly id: Id; readonly proposal: string; readonly ciphertext: Uint8Array }, Text>(
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
    return { server, proposer, text: open(server.ciphertext, proposal, identity) };
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

/** What waits for this person, opened with their own key; signatures and hashes checked. */
export async function loadApprovals(api: DeskApi, desk: Desk, options: RunOptions = {}): Promise<readonly DeskApprovalRead[]> {
  const read: DeskApprovalRead[] = [];
  for (const item of await api.approvals(options.signal)) {
    read.push(
      item.kind === "summary"
        ? { kind: "summary", ...(await readProposal("summary", item, openReleased, desk, desk.identity, undefined, options.signal)) }
        : { kind: "closing", ...(await readProposal("closing", item, openClosing, desk, desk.identity, undefined, options.signal)) },
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

export async function refuseProposal(api: DeskApi, proposal: Id, code: RefusalCode, options: RunOptions = {}): Promise<void> {
  await api.refuse(proposal, code, options.signal);
}
