import { h, hex, utf8 } from "./bytes.ts";
import { isExcluded, personById, readerName, type Person } from "./directory.ts";
import { codeOf, type WhistleError } from "./errors.ts";
import { parseCanonical } from "./jcs.ts";
import * as shape from "./shape.ts";
import { verifyObject } from "./sign.ts";
import type { Day, Hash, Id, ReaderName } from "./types.ts";
import type { Versions } from "./versions.ts";

/** Who had something deleted: who proposed it, who approved, and the day of the proposal. */
export interface Purge {
  readonly day: Day;
  readonly by: readonly Person[];
}

/** What stands where two people had something deleted (SPEC 12.2): both signed objects, as JCS. */
export interface Tombstone {
  readonly proposal: string;
  readonly approval: string;
}

const proposalShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("purge-proposal"),
  purge: shape.id,
  case: shape.id,
  hash: shape.hash,
  proposer: shape.id,
  target: shape.hash,
  directory: shape.hash,
  day: shape.day,
  sig: shape.text(100),
});
const approvalShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("purge-approval"),
  purge: shape.id,
  case: shape.id,
  hash: shape.hash,
  proposal: shape.hash,
  approver: shape.id,
  sig: shape.text(100),
});

/** Who approved, for the team's own list. Throws where it is no approval. */
export function approverOf(approval: string): Id {
  return approvalShape(parseCanonical(utf8(approval))).approver;
}

/**
 * What two people of the team signed to have deleted, nobody among them whom the source left out: hashes of letters and of
 * objects of files, and by whom. A server that withholds something cannot sign; what does not hold is none. Whoever had left
 * when the source first wrote deletes nothing: a version older than `since` is not looked at. Throws `network` and the like.
 */
export async function purgedBy(stones: readonly Tombstone[], caseId: Id, versions: Versions, since: number | undefined, excluded: readonly ReaderName[], signal?: AbortSignal): Promise<ReadonlyMap<Hash, Purge>> {
  const purged = new Map<Hash, Purge>();
  for (const stone of stones) {
    try {
      const proposal = proposalShape(parseCanonical(utf8(stone.proposal)));
      const approval = approvalShape(parseCanonical(utf8(stone.approval)));
      const { content, root } = (await versions.find(proposal.directory, signal))!;
      const by = [proposal.proposer, approval.approver].map((id) => personById(content, id)!);
      const [proposer, approver] = by;
      const holds =
        proposal.case === caseId &&
        content.version >= (since ?? 0) &&
        approval.proposal === hex(h(utf8(stone.proposal))) &&
        proposer!.role !== "approver" &&
        hex(proposer!.signing) !== hex(approver!.signing) &&
        by.every((person) => person.role !== "custodian" && person.until >= proposal.day && !isExcluded(excluded, readerName(person)));
      verifyObject("purge-propose", root, proposal, proposer!.signing);
      verifyObject("purge-approve", root, approval, approver!.signing);
      if (holds) {
        purged.set(proposal.target, { day: proposal.day, by });
      }
    } catch (error) {
      if (["network", "cancelled"].includes(codeOf(error)) || (error as Partial<WhistleError>).status !== undefined) {
        throw error; // nobody knows yet what it says
      }
    }
  }
  return purged;
}
