import { decodeRecipient, type HybridIdentity } from "../../age.ts";
import { hex } from "../../bytes.ts";
import { quarterOf } from "../../days.ts";
import { approve, openReleased, parseProposal, propose, releasedText, verifyProposal } from "../../desk/summary.ts";
import type { DeskApi, DeskSummary, Outcome, RefusalCode, Released } from "../../deskApi.ts";
import { isExcluded, isExpired, isValidOn, personById, readerName, type Person } from "../../directory.ts";
import { WhistleError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { Day, Id, RunOptions } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import type { Desk } from "./session.ts";
import { author, refusalOf } from "./vouched.ts";

// Redacted summaries: proposing, and the second pair of eyes.

export interface DeskSummaryRead {
  readonly server: DeskSummary;
  readonly proposer: Person | undefined;
  /** Undefined where it can't be opened or its signature does not hold. */
  readonly released?: Released | undefined;
  readonly problem?: string | undefined;
}

export async function readSummary(server: DeskSummary, desk: Desk, identity: HybridIdentity, caseId: Id | undefined, signal: AbortSignal | undefined): Promise<DeskSummaryRead> {
  let proposer: Person | undefined;
  try {
    const proposal = parseProposal(server.proposal);
    proposer = personById(desk.directory.content, proposal.proposer);
    proposer = await author(desk, proposal.proposer, (signing) => verifyProposal(proposal, desk.directory.root, signing), signal);
    if (proposal.summary !== server.summary || (caseId !== undefined && proposal.case !== caseId)) {
      throw new WhistleError("summary-differs");
    }
    return { server, proposer, released: openReleased(server.ciphertext, proposal, identity) };
  } catch (error) {
    return { server, proposer, problem: refusalOf(error) };
  }
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

/**
 * Seals the redacted text to the case and the approvers, signs its hash. Returns the summary's id. Throws `excluded`,
 * `not-valid-now` for an approver whose key is not, `directory-expired`, `text-too-long`.
 */
export async function proposeSummary(api: DeskApi, desk: Desk, file: DeskFile, input: SummaryInput, random: Random, options: RunOptions = {}): Promise<Id> {
  if (input.approvers.some((person) => isExcluded(file.excluded, readerName(person)))) {
    throw new WhistleError("excluded");
  }
  if (isExpired(desk.directory.content, input.today)) {
    throw new WhistleError("directory-expired");
  }
  if (!input.approvers.every((person) => isValidOn(person, input.today))) {
    throw new WhistleError("not-valid-now");
  }
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
  const { proposal, ciphertext } = propose(
    released,
    file.caseId,
    desk.person.id,
    { recipient: file.secret.key.identity.recipient, approvers: input.approvers.map((person) => decodeRecipient(person.recipient)) },
    desk.directory.root,
    desk.signing,
    random,
  );
  const { summary } = await api.propose(file.caseId, { proposal, ciphertext, approvers: input.approvers.map((person) => person.id) }, options.signal);
  return summary;
}

/** Summaries waiting for this person, opened with their own key; signatures and hashes checked. */
export async function loadApprovals(api: DeskApi, desk: Desk, options: RunOptions = {}): Promise<readonly DeskSummaryRead[]> {
  const read: DeskSummaryRead[] = [];
  for (const summary of await api.approvals(options.signal)) {
    read.push(await readSummary(summary, desk, desk.identity, undefined, options.signal));
  }
  return read;
}

/** Throws `same-person` without asking the server, `summary-differs` where there is no verified text to release. */
export async function approveSummary(api: DeskApi, desk: Desk, summary: DeskSummaryRead, options: RunOptions = {}): Promise<void> {
  if (summary.released === undefined) {
    throw new WhistleError(summary.problem ?? "summary-differs");
  }
  const approval = approve(summary.server.proposal, desk.person.id, desk.directory.root, desk.signing);
  await api.approve(summary.server.summary, { approval, released: releasedText(summary.released) }, options.signal);
}

export async function refuseSummary(api: DeskApi, summary: Id, code: RefusalCode, options: RunOptions = {}): Promise<void> {
  await api.refuse(summary, code, options.signal);
}
