import { readCurrent, readProposal, type Proposal } from "../../lib/desk/ceremony.ts";
import { hex } from "../../lib/bytes.ts";
import { rootFingerprint, type Directory } from "../../lib/directory.ts";
import type { AdminDirectory } from "../../lib/deskApi.ts";
import type { Hash } from "../../lib/types.ts";
import type { Pin } from "../model/pins.ts";

/** The server's answer about the directory, after this device has checked it. Nothing else of it is shown or signed. */
export interface Checked {
  /** The version in force, its signatures and root verified. */
  readonly current: Directory | undefined;
  readonly proposal: Proposal | undefined;
  /** The root fingerprint that was computed here, of the version in force or else of the first proposal. */
  readonly root: Hash | undefined;
  /** Why the version in force, or the proposal, is not shown. */
  readonly failure: unknown;
}

export function checkDirectory(answer: AdminDirectory, pin: Pin | undefined): Checked {
  const known = { current: answer.current, pinnedRoot: pin?.root, seenVersion: pin?.version };
  let current: Directory | undefined;
  try {
    current = readCurrent(known);
  } catch (failure) {
    return { current: undefined, proposal: undefined, root: undefined, failure };
  }
  const ofCurrent = current === undefined ? undefined : hex(current.root);
  if (answer.proposed === undefined) {
    return { current, proposal: undefined, root: ofCurrent, failure: undefined };
  }
  try {
    const proposal = readProposal(answer.proposed.text, known);
    return { current, proposal, root: ofCurrent ?? hex(rootFingerprint(proposal.content.root)), failure: undefined };
  } catch (failure) {
    return { current, proposal: undefined, root: ofCurrent, failure };
  }
}
