import type { Counts, DeskApi, DeskCase, DeskNote, DeskSummary, Me, OpenedCase, Outcome, Released, RefusalCode } from "../deskApi.ts";
import type { HybridIdentity } from "../age.ts";
import type { Directory, Person } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { SourceApi } from "../sourceApi.ts";
import type { SigningKey } from "../sign.ts";
import type { Sheet } from "../sheet.ts";
import type { Day, Hash, Id, PlainFile, ReaderName, RunOptions } from "../types.ts";
import type { Letter, LetterFile } from "./mailbox.ts";

/** After sign-in, before unlocking. `unlockSeed` is secret and is dropped after `unlockDesk`. */
export interface SignedIn {
  readonly me: Me;
  readonly unlockSeed: Uint8Array;
}

/** A signed-in person with open keys. Secret: memory only, dropped when the desk locks. */
export interface Desk {
  readonly origin: string;
  readonly me: Me;
  readonly person: Person;
  readonly directory: Directory;
  readonly identity: HybridIdentity;
  readonly signing: SigningKey;
}

/** The keyring in memory: what this person's device has opened so far. */
export interface Ring {
  /** The server's version; 0 before the first was stored. */
  readonly version: number;
  readonly positions: readonly { readonly channel: Id; readonly position: number }[];
  readonly cases: readonly { readonly case: Id; readonly key: string }[];
  readonly recused: readonly Id[];
}

/** One row of the queue. `server` is undefined until the case is claimed. */
export interface QueueRow {
  readonly caseId: Id;
  readonly channel: Id;
  /** From the sheet; undefined where it can't be trusted, then `problem` says why. */
  readonly sheet?: Sheet | undefined;
  readonly problem?: string | undefined;
  readonly server?: DeskCase | undefined;
  /** How the key came: from the channel's stream or by a colleague's grant. */
  readonly via: "stream" | "grant";
}

export interface Found {
  readonly ring: Ring;
  readonly rows: readonly QueueRow[];
}

/** Derives the sign-in password from the passphrase (Argon2id, a second or two) and signs in. Throws `sign-in-failed`, `sign-in-locked`. */
export async function signIn(api: DeskApi, request: { readonly origin: string; readonly login: string; readonly passphrase: string; readonly code: string }, options: RunOptions = {}): Promise<SignedIn> {
  throw new WhistleError("not-built", { cause: [api, request, options] });
}

/** For a desk that is signed in but locked: derives the unlock seed again. Throws `passphrase-wrong` at `unlockDesk`. */
export async function deriveUnlock(api: DeskApi, request: { readonly origin: string; readonly login: string; readonly passphrase: string }, options: RunOptions = {}): Promise<SignedIn> {
  throw new WhistleError("not-built", { cause: [api, request, options] });
}

/** Opens `identity.age`, checks the keys against the directory. Throws `passphrase-wrong`, `not-in-directory`, `directory-*`. */
export async function unlockDesk(source: SourceApi, signedIn: SignedIn, context: { readonly origin: string; readonly today: Day }, options: RunOptions = {}): Promise<Desk> {
  throw new WhistleError("not-built", { cause: [source, signedIn, context, options] });
}

/** The stored keyring, or an empty one. Throws `keyring-invalid`: then start from `emptyRing` and try every blob again. */
export async function loadRing(api: DeskApi, desk: Desk, options: RunOptions = {}): Promise<Ring> {
  throw new WhistleError("not-built", { cause: [api, desk, options] });
}

export const emptyRing: Ring = { version: 0, positions: [], cases: [], recused: [] };

/** Seals and stores the ring. Throws `stale` where another device was faster: load, merge by `findCases`, save again. */
export async function saveRing(api: DeskApi, desk: Desk, ring: Ring, random: Random, options: RunOptions = {}): Promise<Ring> {
  throw new WhistleError("not-built", { cause: [api, desk, ring, random, options] });
}

/**
 * Tries every new blob of every channel, and the inbox. Yields to the page between blobs. Rows of cases already
 * claimed carry what the server says; rows of recused cases are left out. Progress: `opening`.
 */
export async function findCases(api: DeskApi, desk: Desk, ring: Ring, options: RunOptions = {}): Promise<Found> {
  throw new WhistleError("not-built", { cause: [api, desk, ring, options] });
}

/** "I have no conflict": proves possession of the key. Throws `not-found` where the server knows no such case. */
export async function claimCase(api: DeskApi, desk: Desk, ring: Ring, caseId: Id, options: RunOptions = {}): Promise<DeskCase> {
  throw new WhistleError("not-built", { cause: [api, desk, ring, caseId, options] });
}

/** "I must step back": for good. Returns the ring without the key; save it. */
export async function recuse(api: DeskApi, desk: Desk, ring: Ring, caseId: Id, options: RunOptions = {}): Promise<Ring> {
  throw new WhistleError("not-built", { cause: [api, desk, ring, caseId, options] });
}

export interface DeskNoteRead {
  readonly id: Id;
  readonly author: Person | undefined;
  readonly at: number;
  readonly text: string;
  readonly mentions: readonly Id[];
  readonly problem?: string | undefined;
}

export interface DeskSummaryRead {
  readonly server: DeskSummary;
  readonly proposer: Person | undefined;
  /** Undefined where it can't be opened or its signature does not hold. */
  readonly released?: Released | undefined;
  readonly problem?: string | undefined;
}

/** An opened case, everything in it verified. Secret: memory only. */
export interface DeskFile {
  readonly caseId: Id;
  readonly server: OpenedCase;
  readonly sheet: Sheet | undefined;
  readonly letters: readonly Letter[];
  readonly notes: readonly DeskNoteRead[];
  readonly summaries: readonly DeskSummaryRead[];
  /** Chosen and left out by the source, from its first message, and whoever was added since. */
  readonly readers: readonly ReaderName[];
  readonly excluded: readonly ReaderName[];
  /** Problems of the whole: `first-message-missing`, `excluded-myself`, `chain-broken` … */
  readonly problems: readonly string[];
  readonly secret: DeskFileSecret;
}
export type DeskFileSecret = { readonly hash: Hash };

export async function openCase(api: DeskApi, desk: Desk, ring: Ring, caseId: Id, options: RunOptions = {}): Promise<DeskFile> {
  throw new WhistleError("not-built", { cause: [api, desk, ring, caseId, options] });
}

export interface ReplyInput {
  readonly text: string;
  readonly files: readonly PlainFile[];
  readonly lang: string;
  readonly today: Day;
  readonly counts: Counts;
}

/** Sealed once; sending again sends the same bytes. */
export interface PreparedReply {
  readonly seq: number;
  readonly secret: PreparedReplySecret;
}
export type PreparedReplySecret = { readonly hash: Hash };

export async function prepareReply(desk: Desk, file: DeskFile, input: ReplyInput, random: Random, options: RunOptions = {}): Promise<PreparedReply> {
  throw new WhistleError("not-built", { cause: [desk, file, input, random, options] });
}
/** Throws `stale`, `out-of-sequence`: read the case again and look before sending anew. */
export async function sendReply(api: DeskApi, file: DeskFile, reply: PreparedReply, options: RunOptions = {}): Promise<DeskCase> {
  throw new WhistleError("not-built", { cause: [api, file, reply, options] });
}

export async function addNote(api: DeskApi, desk: Desk, file: DeskFile, note: { readonly text: string; readonly mentions: readonly Id[]; readonly today: Day }, random: Random, options: RunOptions = {}): Promise<DeskNote> {
  throw new WhistleError("not-built", { cause: [api, desk, file, note, random, options] });
}

/** A new sheet version with title, category and severity. Throws `stale`. */
export async function updateSheet(api: DeskApi, desk: Desk, file: DeskFile, change: { readonly title: string; readonly category: string; readonly severity: string; readonly today: Day }, random: Random, options: RunOptions = {}): Promise<Sheet> {
  throw new WhistleError("not-built", { cause: [api, desk, file, change, random, options] });
}

/** Why this person can't be given the case, or undefined. Code for `grantCase`. */
export function grantProblem(file: DeskFile, desk: Desk, to: Person, today: Day): "excluded" | "already-reader" | "not-valid-now" | "wrong-role" | undefined {
  throw new WhistleError("not-built", { cause: [file, desk, to, today] });
}

/** Re-seals the key to one person and tells the source, in one transaction. Throws a `grantProblem` code before sealing anything. */
export async function grantCase(api: DeskApi, desk: Desk, file: DeskFile, to: Person, explanation: { readonly text: string; readonly lang: string; readonly today: Day }, random: Random, options: RunOptions = {}): Promise<void> {
  throw new WhistleError("not-built", { cause: [api, desk, file, to, explanation, random, options] });
}

export async function openCaseFile(api: DeskApi, file: DeskFile, attachment: LetterFile, options: RunOptions = {}): Promise<Blob> {
  throw new WhistleError("not-built", { cause: [api, file, attachment, options] });
}

export type DraftKind = "reply" | "note" | "summary";
export interface Draft {
  readonly kind: DraftKind;
  readonly text: string;
}
export async function saveDraft(api: DeskApi, desk: Desk, caseId: Id, draft: Draft, random: Random, options: RunOptions = {}): Promise<void> {
  throw new WhistleError("not-built", { cause: [api, desk, caseId, draft, random, options] });
}
/** Undefined where there is none. */
export async function loadDraft(api: DeskApi, desk: Desk, caseId: Id, options: RunOptions = {}): Promise<Draft | undefined> {
  throw new WhistleError("not-built", { cause: [api, desk, caseId, options] });
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
export async function proposeSummary(api: DeskApi, desk: Desk, file: DeskFile, input: SummaryInput, random: Random, options: RunOptions = {}): Promise<Id> {
  throw new WhistleError("not-built", { cause: [api, desk, file, input, random, options] });
}

/** Summaries waiting for this person, opened with their own key; signatures and hashes checked. */
export async function loadApprovals(api: DeskApi, desk: Desk, options: RunOptions = {}): Promise<readonly DeskSummaryRead[]> {
  throw new WhistleError("not-built", { cause: [api, desk, options] });
}
/** Throws `same-person` without asking the server. */
export async function approveSummary(api: DeskApi, desk: Desk, summary: DeskSummaryRead, options: RunOptions = {}): Promise<void> {
  throw new WhistleError("not-built", { cause: [api, desk, summary, options] });
}
export async function refuseSummary(api: DeskApi, summary: Id, code: RefusalCode, options: RunOptions = {}): Promise<void> {
  throw new WhistleError("not-built", { cause: [api, summary, code, options] });
}
