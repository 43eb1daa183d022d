import { openFile, sealFiles, type SealedObject } from "../attachments.ts";
import { deriveReceipt, type ReceiptKeys } from "../derive.ts";
import { h, hex } from "../bytes.ts";
import { acceptDirectory, isExpired, type Directory, type DirectoryContent } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import { http } from "../http.ts";
import { lookIntoLog, type LogFinding } from "../log/finding.ts";
import { parseProof, proofText } from "../log/proof.ts";
import { ciphertextHash, noHash, sealMessage, type Message } from "../message.ts";
import { signMailboxRequest } from "../possession.ts";
import { verifyPromise, type PromiseContent } from "../promise.ts";
import type { Random } from "../random.ts";
import { parseWords } from "../receipt.ts";
import type { MailboxAnswer, MailboxCase, SourceApi } from "../sourceApi.ts";
import { openState, type SourceState } from "../state.ts";
import { contentCopy, contentLeaf, existenceLeaf } from "../submission.ts";
import { newest, readThread, type Letter, type LetterFile } from "../thread.ts";
import { purgedBy } from "../tombstone.ts";
import type { Answer, Day, Hash, PlainFile, RunOptions } from "../types.ts";
import { newUpload, uploadFromSource, type UploadState } from "../upload.ts";
import { Versions } from "../versions.ts";

export type { Letter, LetterFile, LetterProblem } from "../thread.ts";

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
  /** What the content leaf commits to, as it is saved (SPEC 16); undefined where no copy was kept. */
  readonly copy: Uint8Array | undefined;
  /** Both directions; what a side had seen stands before what it wrote, else by day. */
  readonly letters: readonly Letter[];
  /** Number of the newest team message; 0 for none. */
  readonly newestReply: number;
  /** Seconds until the server forgets the session (`session-over` after that). */
  readonly seconds: number;
  readonly secret: MailboxSecret;
}

/** For this module alone. */
export interface MailboxSecret {
  readonly keys: ReceiptKeys;
  readonly token: string;
  readonly messages: MailboxAnswer["messages"];
  readonly proofs: MailboxAnswer["proofs"];
  /** The log of the current directory: whatever key signed the promise, this one signs the checkpoint of today. */
  readonly log: DirectoryContent["log"];
  readonly versions: Versions;
}

export interface LetterInput {
  readonly text: string;
  readonly files: readonly PlainFile[];
  readonly lang: string;
  readonly today: Day;
  /** Whether it asks for a meeting: that has a clock of its own. */
  readonly meeting?: boolean | undefined;
  /** To the questions of the letter that it answers, about its transcript, and to a check-in. */
  readonly answers?: readonly Answer[] | undefined;
  /** The letter that it answers. */
  readonly about?: Pick<Letter, "seq" | "hash"> | undefined;
}

/** A sealed follow-up; sending it twice sends the same bytes. */
export interface PreparedLetter {
  readonly seq: number;
  /** Of the ciphertext, as a letter of the thread names it. */
  readonly hash: Hash;
  /** Ciphertext bytes that travel. */
  readonly size: number;
  readonly secret: PreparedLetterSecret;
}

export interface PreparedLetterSecret {
  readonly ciphertext: Uint8Array;
  readonly object: SealedObject | undefined;
  readonly upload: UploadState;
}

/**
 * From words (or anything `parseWords` takes) to the open thread. Throws `words-not-on-list`, `words-count`,
 * `words-checksum` before anything is sent, `words-unknown`, `state-missing`, `state-invalid`, `promise-invalid`,
 * `directory-*`, `network`.
 */
export async function openMailbox(api: SourceApi, words: string, context: { readonly origin: string; readonly today: Day }, options: RunOptions = {}): Promise<Mailbox> {
  const keys = deriveReceipt(parseWords(words));
  const { signal } = options;
  options.progress?.({ step: "opening", done: 0.1 });
  const { nonce } = await api.challenge("mailbox", signal);
  const session = await api.session(
    { mailbox: keys.mailboxAuth.publicKey, nonce, signature: signMailboxRequest(keys.mailboxAuth, context.origin, keys.mailboxId, nonce) },
    signal,
  );
  options.progress?.({ step: "opening", done: 0.4 });
  return read(api, keys, session, context, options);
}

/** Reads the thread again in the same session. Throws `session-over`. */
export async function refreshMailbox(api: SourceApi, mailbox: Mailbox, today: Day, options: RunOptions = {}): Promise<Mailbox> {
  const { keys, token } = mailbox.secret;
  return read(api, keys, { token, seconds: mailbox.seconds }, { origin: mailbox.origin, today }, options, mailbox.secret.versions);
}

async function read(
  api: SourceApi,
  keys: ReceiptKeys,
  session: { readonly token: string; readonly seconds: number },
  { origin, today }: { readonly origin: string; readonly today: Day },
  { signal, progress }: RunOptions,
  before?: Versions,
): Promise<Mailbox> {
  const answer = await api.mailbox(session.token, signal);
  const state = openState(answer.state, keys.stateKey, keys.mailboxId);
  progress?.({ step: "opening", done: 0.6 });
  const directory = acceptDirectory(await api.directory(signal), {
    origin,
    today,
    pinnedRoot: state.root,
    seenVersion: state.version,
    allowExpired: true,
  });
  if (directory.content.version === state.version && directory.hash !== state.directory) {
    throw new WhistleError("directory-rolled-back"); // two directories of one version: one is not the one that was seen
  }
  const versions = new Versions(directory, api.earlierDirectory, before);
  if (answer.case.id !== state.case || answer.case.channel !== state.channel) {
    throw new WhistleError("state-invalid");
  }
  // The log key is the one of the version that was sealed to; it may have been replaced since.
  const sealedTo = (await versions.find(state.directory, signal)) ?? directory;
  const promise = verifyPromise(answer.promise, sealedTo);
  progress?.({ step: "opening", done: 0.8 });
  const thread = await readThread(answer.messages, {
    caseId: state.case,
    identity: keys.reply,
    versions,
    since: state.version,
    sourceSigning: keys.sourceSign.publicKey,
    side: "source",
    copy: state.copy,
    excluded: state.excluded,
    purged: await purgedBy(answer.purges, state.case, versions, state.version, state.excluded, signal),
    signal,
  });
  const letters = thread.map((entry) => entry.letter);
  const opened = thread.find((entry) => entry.letter.dir === "source" && entry.letter.seq === 1)?.message;
  checkAgainstPromise(promise, answer, state, keys, opened);
  progress?.({ step: "opening", done: 1 });
  return {
    origin,
    directory,
    directoryExpired: isExpired(directory.content, today),
    state,
    case: answer.case,
    promise,
    promiseNote: answer.promise,
    copy: opened && contentCopy(opened),
    letters,
    newestReply: newest(letters, "team").seq,
    seconds: session.seconds,
    secret: { keys, token: session.token, messages: answer.messages, proofs: answer.proofs, log: directory.content.log, versions },
  };
}

/**
 * The proof of the content leaf as it is saved: with the blind, so that the saved copy and this file together show what was
 * reported, to anybody and without us. Whoever has it can also tell which entries of the log belong to this report.
 */
export function savedProof(mailbox: Mailbox, content: string): string {
  return proofText({ ...parseProof(content), extra: mailbox.secret.keys.contentBlind });
}

/**
 * Looks for the report and for what the team did in the log; `withMirror` compares it with the mirror that the directory
 * names, which then sees this device's address. Throws `network`, `cancelled`, `mirror`; what is wrong with the log is a finding.
 */
export async function checkMailboxLog(
  api: SourceApi,
  mailbox: Mailbox,
  today: Day,
  { signal, withMirror = false }: RunOptions & { readonly withMirror?: boolean } = {},
): Promise<LogFinding> {
  const { keys, log, token } = mailbox.secret;
  // The mirror may know of an answer that was given after the mailbox was read.
  const { messages, proofs } = withMirror ? await api.mailbox(token, signal) : mailbox.secret;
  return lookIntoLog({
    promise: mailbox.promise,
    promiseNote: mailbox.promiseNote,
    proofs,
    log,
    keys,
    acts: messages.filter(({ dir }) => dir === "team").map(({ seq, day }) => ({ seq, day })),
    done: { acknowledged: mailbox.case.acknowledged, feedback: mailbox.case.feedback, closed: mailbox.case.closed },
    today,
    fetch: (path) => api.log(path, signal),
    mirror: withMirror ? async (path) => (await http({ base: `${log.mirror}/`, credentials: "omit" }).call(path, { signal })).bytes : undefined,
  });
}

/** The promise must be about this state, this first message, these blinds, and where a copy was kept this very content. */
function checkAgainstPromise(promise: PromiseContent, answer: MailboxAnswer, state: SourceState, keys: ReceiptKeys, opened: Message | undefined): void {
  const first = answer.messages.find((message) => message.dir === "source" && message.seq === 1);
  const holds =
    promise.case === state.case &&
    promise.directory === state.directory &&
    promise.state === hex(h(answer.state)) &&
    promise.existence === existenceLeaf(keys.existenceBlind) &&
    first !== undefined &&
    promise.message === ciphertextHash(first.ciphertext) &&
    (opened === undefined || promise.content === contentLeaf(keys.contentBlind, opened));
  if (!holds) {
    throw new WhistleError("promise-invalid");
  }
}

/**
 * The newest reply up to which all of them held. What a letter says its writer has seen is signed: one that did not hold,
 * and whatever follows it, was not seen as the team's word.
 */
export function lastVerified(letters: readonly Letter[]): { readonly seq: number; readonly hash: Hash } {
  let last = { seq: 0, hash: noHash };
  for (const { seq, hash, status } of letters.filter((letter) => letter.dir === "team").sort((a, b) => a.seq - b.seq)) {
    if (status !== "readable") {
      return last;
    }
    last = { seq, hash };
  }
  return last;
}

/**
 * Goes on from what was verified alone. Throws `thread-unverified` where one of the source's own letters does not hold,
 * for the next one would follow it; `text-too-long`, `files-too-many`, `files-too-large`, `file-changed`.
 */
export async function prepareLetter(mailbox: Mailbox, input: LetterInput, random: Random, options: RunOptions = {}): Promise<PreparedLetter> {
  const { state, directory, secret } = mailbox;
  const { keys } = secret;
  if (mailbox.letters.some(({ dir, status }) => dir === "source" && !["readable", "no-copy", "purged"].includes(status))) {
    throw new WhistleError("thread-unverified");
  }
  const sealing = (done: number) => options.progress?.({ step: "sealing", done });
  const reply = state.copy === "kept" ? keys.reply.recipient : undefined;
  const recipients = reply === undefined ? [state.recipient] : [state.recipient, reply];
  const object = input.files.length === 0 ? undefined : await sealFiles(input.files, recipients, random, { signal: options.signal, progress: (done) => sealing(0.9 * done) });
  const last = newest(mailbox.letters, "source");
  const ciphertext = sealMessage(
    {
      case: state.case,
      dir: "source",
      seq: last.seq + 1,
      prev: last.hash,
      seen: lastVerified(mailbox.letters),
      day: input.today,
      lang: input.lang,
      signer: "source",
      directory: directory.hash,
      body: {
        kind: "text",
        text: input.text,
        answers: [...(input.answers ?? []), ...(input.meeting === true ? [{ q: "meeting", values: ["asked"] }] : [])],
        ...(input.about && { about: { seq: input.about.seq, hash: input.about.hash } }),
      },
      attachments: object?.files ?? [],
    },
    { recipient: state.recipient, reply },
    directory.root,
    keys.sourceSign,
    random,
  );
  sealing(1);
  return { seq: last.seq + 1, hash: ciphertextHash(ciphertext), size: ciphertext.length + (object?.size ?? 0), secret: { ciphertext, object, upload: newUpload() } };
}

/**
 * Uploads what is left and sends. After `session-over` open the mailbox again and send the same letter with it; after
 * `out-of-sequence` (written from another device meanwhile) refresh and prepare it anew.
 */
export async function sendLetter(api: SourceApi, mailbox: Mailbox, letter: PreparedLetter, random: Random, options: RunOptions = {}): Promise<void> {
  const { ciphertext, object, upload } = letter.secret;
  if (object !== undefined) {
    await uploadFromSource(api, object, upload, random, options);
  }
  options.progress?.({ step: "sending", done: 0 });
  const sent = await api.message(mailbox.secret.token, { seq: letter.seq, ciphertext, attachments: object === undefined ? [] : [object] }, options.signal);
  if (sent.seq !== letter.seq || sent.hash !== ciphertextHash(ciphertext)) {
    throw new WhistleError("answer-malformed");
  }
  options.progress?.({ step: "sending", done: 1 });
}

/** Tells the server up to where replies were read. */
export async function markRead(api: SourceApi, mailbox: Mailbox, options: RunOptions = {}): Promise<void> {
  if (mailbox.newestReply > 0) {
    await api.seen(mailbox.secret.token, mailbox.newestReply, options.signal);
  }
}

/** Downloads, checks and opens one file. Throws `attachment-invalid`, `attachment-unreadable`. The type is never taken from the message: a file is for saving. */
export async function openLetterFile(api: SourceApi, mailbox: Mailbox, file: LetterFile, options: RunOptions = {}): Promise<Blob> {
  const ciphertext = await api.attachment(mailbox.secret.token, file.object, options.signal);
  const bytes = await openFile(ciphertext, mailbox.secret.keys.reply, file, file.index, {
    signal: options.signal,
    progress: (done) => options.progress?.({ step: "opening", done }),
  });
  return new Blob([new Uint8Array(bytes)], { type: "application/octet-stream" });
}

/** For good: mailbox, state and the replies' copies are gone. */
export async function burnMailbox(api: SourceApi, mailbox: Mailbox, options: RunOptions = {}): Promise<void> {
  await api.burn(mailbox.secret.token, options.signal);
}
