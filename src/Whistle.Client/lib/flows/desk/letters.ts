import { decodeRecipient } from "../../age.ts";
import type { CaseKey } from "../../caseKey.ts";
import { sealFiles, type SealedObject } from "../../attachments.ts";
import { fromBase64url, hex } from "../../bytes.ts";
import { openDraft, sealDraft, type Draft } from "../../desk/draft.ts";
import type { Counts, DeskApi, DeskCase, DeskNote, DraftKind } from "../../deskApi.ts";
import { WhistleError } from "../../errors.ts";
import { actLeaf, doneLeaf, type DoneAct } from "../../log/leaves.ts";
import { ciphertextHash, sealMessage } from "../../message.ts";
import { sealNote, type NoteRecord } from "../../note.ts";
import type { TeamQuestion } from "../../questions.ts";
import type { Random } from "../../random.ts";
import { newest } from "../../thread.ts";
import type { Day, Hash, Id, PlainFile, RunOptions } from "../../types.ts";
import { newUpload, sendParts, type UploadState } from "../../upload.ts";
import type { DeskFile } from "./file.ts";
import type { Desk } from "./session.ts";

// What is written into a case: letters, notes, drafts.

export interface ReplyInput {
  readonly text: string;
  readonly files: readonly PlainFile[];
  readonly lang: string;
  readonly today: Day;
  readonly counts: Counts;
  /** What the letter says of the meeting that the source asked for. */
  readonly meeting?: "offered" | "held" | undefined;
  /** What it asks of the source; none in a transcript. */
  readonly questions?: readonly TeamQuestion[] | undefined;
  /** Whether its text is a transcript of what the source told, to check, correct and sign (Directive (EU) 2019/1937 Art. 18(2)-(4)). */
  readonly transcript?: boolean | undefined;
}

/** Sealed once; sending again sends the same bytes. */
export interface PreparedReply {
  readonly seq: number;
  readonly secret: PreparedReplySecret;
}

export interface PreparedReplySecret {
  readonly ciphertext: Uint8Array;
  readonly counts: Counts;
  readonly leaves: readonly Hash[];
  readonly object: SealedObject | undefined;
  readonly upload: UploadState;
}

/** Throws `first-message-invalid` (nobody to write to), `text-too-long`, `files-*`, `file-changed`. */
export async function prepareReply(desk: Desk, file: DeskFile, input: ReplyInput, random: Random, options: RunOptions = {}): Promise<PreparedReply> {
  const { key } = file.secret;
  const reply = replyRecipient(file);
  const object =
    input.files.length === 0
      ? undefined
      : await sealFiles(input.files, [key.identity.recipient, reply], random, {
          signal: options.signal,
          progress: (done) => options.progress?.({ step: "sealing", done }),
        });
  const questions = input.questions ?? [];
  const { seq, ciphertext } = sealTeamMessage(
    desk,
    file,
    {
      kind: input.transcript === true ? "transcript" : "text",
      text: input.text,
      answers: [...contentAnswer(file, input.counts), ...(input.meeting === undefined ? [] : [{ q: "meeting", values: [input.meeting] }])],
      ...(questions.length === 0 || input.transcript === true ? {} : { questions }),
    },
    object,
    input,
    random,
  );
  const leaves = [teamLeaf(file, seq), ...(input.counts === "none" ? [] : [actDone(file, input.counts === "feedback" ? "feedback" : "acknowledged", input.today)])];
  return { seq, secret: { ciphertext, counts: input.counts, leaves, object, upload: newUpload() } };
}

/** An acknowledgement says under its signature whether what was opened is what the server had promised to the source (SPEC 16). */
function contentAnswer(file: DeskFile, counts: Counts): { readonly q: string; readonly values: readonly string[] }[] {
  const { content } = file.secret;
  return counts !== "acknowledgement" || content === undefined || file.server.content === undefined
    ? []
    : [{ q: "content", values: [content === file.server.content ? "match" : "mismatch"] }];
}

/** What the team's message of this number leaves in the log. */
export function teamLeaf(file: DeskFile, seq: number): Hash {
  return actLeaf(blindOf(file), seq);
}

/** Throws `first-message-invalid`. */
export function actDone(file: DeskFile, what: DoneAct | "deleted", today: Day): Hash {
  const blind = blindOf(file);
  if (file.secret.content === undefined) {
    throw new WhistleError("first-message-invalid");
  }
  return doneLeaf(blind, what, file.secret.content, today);
}

function blindOf(file: DeskFile): Uint8Array {
  if (file.secret.source === undefined) {
    throw new WhistleError("first-message-invalid");
  }
  return fromBase64url(file.secret.source.contentBlind, 32);
}

function replyRecipient(file: DeskFile): Uint8Array {
  if (file.secret.source === undefined) {
    throw new WhistleError("first-message-invalid");
  }
  return decodeRecipient(file.secret.source.reply);
}

export function sealTeamMessage(
  desk: Desk,
  file: DeskFile,
  body: Parameters<typeof sealMessage>[0]["body"],
  object: SealedObject | undefined,
  { lang, today }: { readonly lang: string; readonly today: Day },
  random: Random,
): { readonly seq: number; readonly ciphertext: Uint8Array } {
  const last = newest(file.letters, "team");
  const ciphertext = sealMessage(
    {
      case: file.caseId,
      dir: "team",
      seq: last.seq + 1,
      prev: last.hash,
      seen: newest(file.letters, "source"),
      day: today,
      lang,
      signer: desk.person.id,
      directory: file.secret.directory,
      body,
      attachments: object?.files ?? [],
    },
    { recipient: file.secret.key.identity.recipient, reply: replyRecipient(file) },
    desk.directory.root,
    desk.signing,
    random,
  );
  return { seq: last.seq + 1, ciphertext };
}

/** Throws `stale`, `out-of-sequence`: read the case again and look before sending anew. */
export async function sendReply(api: DeskApi, file: DeskFile, reply: PreparedReply, options: RunOptions = {}): Promise<DeskCase> {
  const { ciphertext, counts, leaves, object, upload } = reply.secret;
  if (object !== undefined) {
    await sendObject(api, object, upload, options);
  }
  options.progress?.({ step: "sending", done: 0 });
  const sent = await api.sendMessage(
    file.caseId,
    { version: file.server.case.version, seq: reply.seq, ciphertext, attachments: object === undefined ? [] : [object], counts, leaves },
    options.signal,
  );
  if (sent.seq !== reply.seq || sent.hash !== ciphertextHash(ciphertext)) {
    throw new WhistleError("answer-malformed");
  }
  return sent.case;
}

export interface NoteInput {
  readonly text: string;
  readonly mentions: readonly Id[];
  readonly today: Day;
  /** What the note records, where it is more than a note (SPEC 5.4.1). */
  readonly record?: NoteRecord | undefined;
  readonly files?: readonly PlainFile[] | undefined;
}

/** A signed note, sealed to the case alone. */
export function noteOf(
  desk: Desk,
  { caseId, secret }: { readonly caseId: Id; readonly secret: { readonly key: CaseKey } },
  { text, mentions, today, record }: NoteInput,
  random: Random,
  object?: SealedObject,
): { readonly id: Id; readonly ciphertext: Uint8Array } {
  const id = hex(random(16));
  const content = {
    case: caseId,
    id,
    author: desk.person.id,
    day: today,
    text,
    mentions,
    ...(record === undefined ? {} : { record }),
    ...(object === undefined ? {} : { attachments: object.files }),
  };
  return { id, ciphertext: sealNote(content, secret.key.identity.recipient, desk.directory.root, desk.signing, random) };
}

/** Throws `text-too-long`, `files-*`, `file-changed`. Its files are sealed to the case alone: no source reads them. */
export async function addNote(api: DeskApi, desk: Desk, file: DeskFile, note: NoteInput, random: Random, options: RunOptions = {}): Promise<DeskNote> {
  let object: SealedObject | undefined;
  if (note.files !== undefined && note.files.length > 0) {
    object = await sealFiles(note.files, [file.secret.key.identity.recipient], random, {
      signal: options.signal,
      progress: (done) => options.progress?.({ step: "sealing", done }),
    });
    await sendObject(api, object, newUpload(), options);
  }
  const { id, ciphertext } = noteOf(desk, file, note, random, object);
  await api.addNote(file.caseId, { id, ciphertext, attachments: object === undefined ? [] : [object] }, options.signal);
  return { id, author: desk.person.id, at: Math.floor(Date.now() / 1000), ciphertext, attachments: object === undefined ? [] : [object] };
}

async function sendObject(api: DeskApi, object: SealedObject, upload: UploadState, options: RunOptions): Promise<void> {
  if (!upload.begun) {
    await api.upload(object.id, object.size, options.signal);
    upload.begun = true;
  }
  await sendParts(object, upload, options, (n, bytes) => api.part(object.id, n, bytes, options.signal));
}

export async function saveDraft(api: DeskApi, desk: Desk, caseId: Id, draft: Draft, random: Random, options: RunOptions = {}): Promise<void> {
  await api.putDraft(caseId, draft.kind, sealDraft(caseId, draft, desk.identity, random), options.signal);
}

/** Undefined where there is none of this kind. */
export async function loadDraft(api: DeskApi, desk: Desk, caseId: Id, kind: DraftKind, options: RunOptions = {}): Promise<Draft | undefined> {
  const ciphertext = await api.draft(caseId, kind, options.signal);
  return ciphertext === undefined ? undefined : openDraft(ciphertext, caseId, kind, desk.identity);
}
