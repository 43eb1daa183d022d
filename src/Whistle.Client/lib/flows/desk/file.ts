import { decodeRecipient } from "../../age.ts";
import { openFile } from "../../attachments.ts";
import { equal, fromBase64url } from "../../bytes.ts";
import type { CaseKey } from "../../caseKey.ts";
import { entryOf, keyOf, type Ring, type RingCase } from "../../desk/keyring.ts";
import { checkPin, type FirstMessage } from "../../desk/pin.ts";
import type { DeskApi, DeskNote, OpenedCase } from "../../deskApi.ts";
import { isExcluded, personById, readerName, splitReader, type Directory, type Person } from "../../directory.ts";
import { WhistleError } from "../../errors.ts";
import { ciphertextHash, openMessage, type SourceMember } from "../../message.ts";
import { openNote, verifyNote, type NoteRecord } from "../../note.ts";
import { pause } from "../../pause.ts";
import type { Sheet } from "../../sheet.ts";
import { contentLeaf } from "../../submission.ts";
import { filesOf, readThread, type Letter, type LetterFile } from "../../thread.ts";
import { purgedBy, type Purge } from "../../tombstone.ts";
import type { Hash, Id, ReaderName, RunOptions } from "../../types.ts";
import { custodiansAsked, readIdentity, type DeskIdentityRead } from "./identity.ts";
import type { Desk } from "./session.ts";
import { readClosing, readPurge, readSummary, type DeskClosingRead, type DeskPurgeRead, type DeskSummaryRead } from "./summary.ts";
import { author, readSheet, refusalOf } from "./vouched.ts";

// An opened case, everything in it checked.

export interface DeskNoteRead {
  readonly id: Id;
  readonly author: Person | undefined;
  readonly at: number;
  readonly text: string;
  readonly mentions: readonly Id[];
  /** What it records, where it is more than a note, by name; no name stands twice (SPEC 5.4.1). */
  readonly record?: NoteRecord | undefined;
  readonly files: readonly LetterFile[];
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
  readonly closings: readonly DeskClosingRead[];
  readonly purges: readonly DeskPurgeRead[];
  /** What custodians were asked, oldest first, and the custodians who can be. */
  readonly identities: readonly DeskIdentityRead[];
  readonly custodians: readonly Person[];
  /** Chosen and left out by the source, from its first message, and whoever was added since. */
  readonly readers: readonly ReaderName[];
  readonly excluded: readonly ReaderName[];
  /** Problems of the whole: `first-message-invalid`, `excluded-myself`, `chain-broken`, `content-mismatch`, and the sheet's. */
  readonly problems: readonly string[];
  readonly secret: DeskFileSecret;
}

/** For these modules alone. */
export interface DeskFileSecret {
  readonly key: CaseKey;
  /** Undefined where the first message does not hold: then nothing can be written to the source. */
  readonly source: SourceMember | undefined;
  /** The content leaf that follows from the first message; undefined where that does not hold. */
  readonly content: Hash | undefined;
  /** The version that what is written to the source names. */
  readonly directory: Hash;
  /** The first message's hash and signing key, where it holds: what the keyring pins. */
  readonly first: RingCase["first"];
}

/**
 * Throws `key-missing`, `not-found`, and `case-differs` where the first message is another than the one that was opened
 * first or that the colleague who gave the case had signed: then nothing of the case is given. What does not hold inside
 * is shown as a problem, never dropped. Pin what was opened with `pinCase`.
 */
export async function openCase(api: DeskApi, desk: Desk, ring: Ring, caseId: Id, options: RunOptions = {}): Promise<DeskFile> {
  const key = keyOf(ring, caseId);
  const server = await api.openCase(caseId, options.signal);
  await pause(options.signal);
  const served = firstMessage(server, key);
  const entry = entryOf(ring, caseId);
  checkPin(entry, served);
  const declared = served?.source;
  const excluded = [...new Set([...(declared?.excluded ?? []), ...(entry.granted?.excluded ?? [])])];
  const written = served && (await desk.versions.find(served.directory, options.signal));
  const stones = server.purges.flatMap(({ proposal, approval }) => (approval === undefined ? [] : [{ proposal, approval }]));
  const purged = await purgedBy(stones, caseId, desk.versions, written?.content.version, excluded, options.signal);
  const thread = await readThread(server.messages, {
    caseId,
    identity: key.identity,
    versions: desk.versions,
    since: written?.content.version,
    sourceSigning: declared && fromBase64url(declared.signing, 32),
    side: "desk",
    excluded,
    purged,
    signal: options.signal,
  });
  const first = thread.find((entry) => entry.message?.source !== undefined)?.message;
  const source = first?.source;
  const content = first && source && contentLeaf(fromBase64url(source.contentBlind, 32), first);
  const problems: string[] = [];
  if (source === undefined) {
    problems.push("first-message-invalid");
  }
  // What was promised to the source is not what lies here. A burnt mailbox took the promise with it.
  if (content !== undefined && server.content !== undefined && content !== server.content) {
    problems.push("content-mismatch");
  }
  if (isExcluded(excluded, readerName(desk.person))) {
    problems.push("excluded-myself");
  }
  if (thread.some((entry) => entry.letter.status === "chain-broken")) {
    problems.push("chain-broken");
  }
  let sheet: Sheet | undefined;
  try {
    const read = await readSheet(server.sheet, caseId, key.identity, desk, source && fromBase64url(source.signing, 32), options.signal);
    sheet = read.sheet;
    problems.push(...(read.problem === undefined ? [] : [read.problem]));
  } catch (error) {
    refusalOf(error);
    problems.push("sheet-malformed");
  }
  const notes: DeskNoteRead[] = [];
  for (const note of server.notes) {
    notes.push(await readNote(note, desk, key, purged, options.signal));
  }
  const summaries: DeskSummaryRead[] = [];
  for (const summary of server.summaries) {
    summaries.push(await readSummary(summary, desk, key.identity, caseId, options.signal));
  }
  const closings: DeskClosingRead[] = [];
  for (const closing of server.closings) {
    closings.push(await readClosing(closing, desk, key.identity, caseId, options.signal));
  }
  const purges: DeskPurgeRead[] = [];
  for (const purge of server.purges) {
    purges.push(await readPurge(purge, desk, key.identity, caseId, options.signal));
  }
  const letters = thread.map((entry) => entry.letter);
  const hashes = new Map(server.messages.flatMap(({ dir, seq, ciphertext }): [number, Hash][] => (dir === "team" ? [[seq, ciphertextHash(ciphertext)]] : [])));
  const identities: DeskIdentityRead[] = [];
  for (const asked of server.identities) {
    identities.push(await readIdentity(asked, desk, key, { letters, hashes, excluded }, options.signal));
  }
  const added = thread.flatMap(({ letter }) =>
    letter.status === "readable" && letter.kind === "reader" && letter.dir === "team"
      ? letter.answers.filter((answer) => answer.q === "reader").flatMap((answer) => answer.values).filter(isReader)
      : [],
  );
  return {
    caseId,
    server,
    sheet,
    letters,
    notes,
    summaries,
    closings,
    purges,
    identities,
    // The sheet is signed; what the server calls the channel is its own word.
    custodians: source === undefined ? [] : custodiansAsked(desk, written, [server.case.channel, sheet?.channel ?? server.case.channel], excluded),
    readers: [...new Set([...(source?.readers ?? []), ...added])],
    excluded,
    problems,
    secret: { key, source, content, directory: newerOf(desk, written), first: served && source && { hash: served.hash, signing: source.signing } },
  };
}

/** A desk that was unlocked before the newest version was published names the one that the source had, which lists it too. */
function newerOf({ directory, person }: Desk, written: Directory | undefined): Hash {
  const listed = written && personById(written.content, person.id);
  const newer = written !== undefined && written.content.version > directory.content.version && listed !== undefined && equal(listed.signing, person.signing);
  return newer ? written.hash : directory.hash;
}

/** The ring with the first message of an opened case pinned; the same ring where it is already, or does not hold. Save it. */
export function pinCase(ring: Ring, file: DeskFile): Ring {
  const { first } = file.secret;
  const known = ring.cases.find((entry) => entry.case === file.caseId);
  if (first === undefined || known === undefined || known.first !== undefined) {
    return ring;
  }
  return { ...ring, cases: ring.cases.map((entry) => (entry === known ? { ...entry, first } : entry)) };
}

/** What the first message says of the source, before its signature is checked against that very key. */
function firstMessage(server: OpenedCase, key: CaseKey): FirstMessage | undefined {
  const first = server.messages.find((message) => message.dir === "source" && message.seq === 1);
  try {
    const message = first && openMessage(first.ciphertext, key.identity);
    const source = message?.source;
    if (first === undefined || message === undefined || source === undefined) {
      return undefined;
    }
    fromBase64url(source.signing, 32);
    decodeRecipient(source.reply);
    return [...source.readers, ...source.excluded].every(isReader) ? { hash: ciphertextHash(first.ciphertext), directory: message.directory, source } : undefined;
  } catch {
    return undefined;
  }
}

function isReader(reader: string): boolean {
  try {
    splitReader(reader);
    return true;
  } catch {
    return false;
  }
}

async function readNote(wire: DeskNote, desk: Desk, key: CaseKey, purged: ReadonlyMap<Hash, Purge>, signal: AbortSignal | undefined): Promise<DeskNoteRead> {
  const read = { id: wire.id, author: personById(desk.directory.content, wire.author), at: wire.at, text: "", mentions: [], files: [] };
  try {
    const note = openNote(wire.ciphertext, key.identity);
    const announced = wire.attachments[0];
    const promised = note.attachments?.[0];
    const isGone = promised !== undefined && purged.has(promised.cipher);
    if (note.id !== wire.id || note.author !== wire.author || note.case !== key.id || (!isGone && (announced?.id !== promised?.id || announced?.cipher !== promised?.cipher))) {
      throw new WhistleError("note-malformed");
    }
    const person = await author(desk, note.author, (signing) => verifyNote(note, desk.directory.root, signing), signal);
    return { ...read, author: read.author ?? person, text: note.text, mentions: note.mentions, record: note.record, files: filesOf(note.attachments ?? [], purged) };
  } catch (error) {
    return { ...read, problem: refusalOf(error) };
  }
}

/** Throws `attachment-invalid`, `attachment-unreadable`. */
export async function openCaseFile(api: DeskApi, file: DeskFile, attachment: LetterFile, options: RunOptions = {}): Promise<Blob> {
  const ciphertext = await api.attachment(file.caseId, attachment.object, options.signal);
  const bytes = await openFile(ciphertext, file.secret.key.identity, attachment, attachment.index, {
    signal: options.signal,
    progress: (done) => options.progress?.({ step: "opening", done }),
  });
  return new Blob([new Uint8Array(bytes)], { type: "application/octet-stream" });
}
