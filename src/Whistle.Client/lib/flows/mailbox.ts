import { WhistleError } from "../errors.ts";
import type { Directory, Person } from "../directory.ts";
import type { PromiseContent } from "../promise.ts";
import type { Random } from "../random.ts";
import type { SourceState } from "../state.ts";
import type { MailboxCase, SourceApi } from "../sourceApi.ts";
import type { Answer, Day, Hash, Id, PlainFile, RunOptions } from "../types.ts";

/** A file of a letter; `ref` is what the download needs. */
export interface LetterFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** 1-based place in the object's archive. */
  readonly index: number;
  readonly object: Id;
  readonly file: Hash;
  readonly cipher: Hash;
}

/** One message as a page shows it. */
export interface Letter {
  readonly dir: "source" | "team";
  readonly seq: number;
  readonly day: Day;
  readonly hash: Hash;
  readonly kind: "report" | "text" | "reader";
  readonly text: string;
  readonly answers: readonly Answer[];
  readonly files: readonly LetterFile[];
  /** Who signed a team message, by the directory; undefined for the source's own. */
  readonly signer?: Person | undefined;
  /**
   * `readable`; `no-copy` (own message of which no copy was kept); or why it can't be trusted, and then
   * its text is not shown: `message-unreadable`, `message-malformed`, `signature-invalid`, `signer-unknown`, `chain-broken`.
   */
  readonly status: "readable" | "no-copy" | LetterProblem;
}
export type LetterProblem = "message-unreadable" | "message-malformed" | "signature-invalid" | "signer-unknown" | "chain-broken";

/** An open mailbox. Holds secrets and a bearer token: keep it in memory only. */
export interface Mailbox {
  readonly origin: string;
  /** Checked against the root pinned in the state; expired ones are accepted for reading. */
  readonly directory: Directory;
  readonly directoryExpired: boolean;
  readonly state: SourceState;
  /** Case state and days, as the server says. */
  readonly case: MailboxCase;
  readonly promise: PromiseContent;
  readonly promiseNote: string;
  /** Both directions, by day; within a day the source's and the team's in their own order. */
  readonly letters: readonly Letter[];
  /** Newest team message read so far by this device's session; 0 for none. */
  readonly newestReply: number;
  /** Seconds until the server forgets the session (`session-over` after that). */
  readonly seconds: number;
  readonly secret: MailboxSecret;
}

export interface LetterInput {
  readonly text: string;
  readonly files: readonly PlainFile[];
  readonly lang: string;
  readonly today: Day;
}

/** A sealed follow-up; sending it twice sends the same bytes. */
export interface PreparedLetter {
  readonly seq: number;
  readonly size: number;
  readonly secret: PreparedLetterSecret;
}

/**
 * From words (or anything `parseWords` takes) to the open thread. Throws `words-not-on-list`, `words-count`,
 * `words-checksum` before anything is sent, `words-unknown`, `state-missing`, `state-invalid`, `promise-invalid`,
 * `directory-*`, `network`.
 */
export async function openMailbox(api: SourceApi, words: string, context: { readonly origin: string; readonly today: Day }, options: RunOptions = {}): Promise<Mailbox> {
  throw new WhistleError("not-built", { cause: [api, words, context, options] });
}

/** Reads the thread again in the same session. Throws `session-over`. */
export async function refreshMailbox(api: SourceApi, mailbox: Mailbox, today: Day, options: RunOptions = {}): Promise<Mailbox> {
  throw new WhistleError("not-built", { cause: [api, mailbox, today, options] });
}

/** Throws `text-too-long`, `files-too-many`, `files-too-large`, `file-changed`. */
export async function prepareLetter(mailbox: Mailbox, input: LetterInput, random: Random, options: RunOptions = {}): Promise<PreparedLetter> {
  throw new WhistleError("not-built", { cause: [mailbox, input, random, options] });
}

/** Uploads what is left and sends. After `session-over` open the mailbox again and send the same letter with it. */
export async function sendLetter(api: SourceApi, mailbox: Mailbox, letter: PreparedLetter, random: Random, options: RunOptions = {}): Promise<void> {
  throw new WhistleError("not-built", { cause: [api, mailbox, letter, random, options] });
}

/** Tells the server which replies were read, so that it may count them as delivered. */
export async function markRead(api: SourceApi, mailbox: Mailbox, options: RunOptions = {}): Promise<void> {
  throw new WhistleError("not-built", { cause: [api, mailbox, options] });
}

/** Downloads, checks and opens one file. Throws `attachment-invalid`, `attachment-unreadable`. */
export async function openLetterFile(api: SourceApi, mailbox: Mailbox, file: LetterFile, options: RunOptions = {}): Promise<Blob> {
  throw new WhistleError("not-built", { cause: [api, mailbox, file, options] });
}

/** For good: mailbox, state and the replies' copies are gone. */
export async function burnMailbox(api: SourceApi, mailbox: Mailbox, options: RunOptions = {}): Promise<void> {
  throw new WhistleError("not-built", { cause: [api, mailbox, options] });
}
export type MailboxSecret = { readonly hash: Hash };
export type PreparedLetterSecret = { readonly hash: Hash };
