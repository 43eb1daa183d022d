// What the desk does, by room. Pages and tests come in here.

export { emptyRing, maxFilterName, maxFilters, mergeRings, type Ring, type SavedFilter } from "../desk/keyring.ts";
export type { Draft } from "../desk/draft.ts";
export type { Letter, LetterFile } from "../thread.ts";
export { signIn, deriveUnlock, unlockDesk, type SignedIn, type Desk } from "./desk/session.ts";
export { loadRing, saveRing, findCases, claimCase, recuse, type RowSheet, type QueueRow, type Found } from "./desk/queue.ts";
export { openCase, pinCase, openCaseFile, type DeskNoteRead, type DeskFile, type DeskFileSecret } from "./desk/file.ts";
export { prepareReply, sendReply, addNote, noteOf, saveDraft, loadDraft, type ReplyInput, type PreparedReply, type PreparedReplySecret } from "./desk/letters.ts";
export {
  foldRecords, investigationOf, translationsOf, fieldsOf, riskFactors, riskLevel, riskScore, type Translation, type Protection, type RiskFactor, type RiskLevel, recordKinds, taskStates, interviewRoles, interviewStates, linkKinds,
  type FoldedRecord, type RecordStep, type Investigation, type Task, type TaskState, type Interview, type InterviewRole, type InterviewState, type Evidence, type CaseLink, type LinkKind, type Paper,
} from "./desk/records.ts";
export { dutiesOf, type Duty } from "./desk/duties.ts";
export { assertLinkable, linkProblem, tellsOfAnother, type LinkProblem } from "./desk/links.ts";
export { prepareFiling, sendFiling, completeFiling, type Filing, type PreparedFiling } from "./desk/filing.ts";
export { updateSheet, moveCase, grantProblem, grantCase, type GrantProblem } from "./desk/acts.ts";
export { isUntold, sealedStream, tellOfMyself, withRecovered } from "./desk/recovery.ts";
export {
  proposeSummary, proposeClosing, proposePurge, loadApprovals, approveSummary, approveClosing, approvePurge, refuseProposal,
  type DeskSummaryRead, type DeskClosingRead, type DeskPurgeRead, type DeskApprovalRead, type SummaryInput, type ClosingInput, type PurgeInput,
} from "./desk/summary.ts";
export {
  requestIdentity, loadIdentities, answerIdentity, type DeskIdentityRead, type IdentityAnswerRead, type DeskIdentityAsk, type IdentityInput,
} from "./desk/identity.ts";
