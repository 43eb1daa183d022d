import { openFile, sealFiles, type SealedObject } from "../attachments.ts";
import { decodeRecipient, encodeIdentity, encodeRecipient, type HybridIdentity } from "../age.ts";
import { equal, fromBase64url, hex } from "../bytes.ts";
import { caseKeySize, tryOpenCaseKey, type CaseKey } from "../caseKey.ts";
import { quarterOf } from "../days.ts";
import type { Counts, DeskApi, DeskCase, DeskNote, DeskSummary, DraftKind, Me, OpenedCase, Outcome, RefusalCode, Released } from "../deskApi.ts";
import { sealDraft, openDraft, type Draft } from "../desk/draft.ts";
import { openGrant, sealGrant } from "../desk/grant.ts";
import { emptyRing, entryOf, keyOf, openRing, sealRing, withMore, type Ring, type RingCase } from "../desk/keyring.ts";
import { checkPin, grantedPin, type FirstMessage } from "../desk/pin.ts";
import { approve, openReleased, parseProposal, propose, releasedText, verifyProposal } from "../desk/summary.ts";
import { openIdentityFile, splitPassphrase } from "../desk/unlock.ts";
import { acceptDirectory, channelById, isExcluded, isExpired, isValidOn, personById, readerName, splitReader, type Directory, type DirectoryContent, type Person } from "../directory.ts";
import { codeOf, WhistleError } from "../errors.ts";
import { ciphertextHash, openMessage, sealMessage, type SourceMember } from "../message.ts";
import { openNote, sealNote, verifyNote } from "../note.ts";
import { pause } from "../pause.ts";
import { signClaim } from "../possession.ts";
import type { Random } from "../random.ts";
import { openSheet, sealSheet, verifySheet, type Sheet } from "../sheet.ts";
import type { SigningKey } from "../sign.ts";
import type { SourceApi } from "../sourceApi.ts";
import { newest, readThread, type Letter, type LetterFile } from "../thread.ts";
import type { Day, Hash, Id, PlainFile, ReaderName, RunOptions } from "../types.ts";
import { newUpload, sendParts, type UploadState } from "../upload.ts";
import { Versions } from "../versions.ts";

export { emptyRing, mergeRings, type Ring } from "../desk/keyring.ts";
export type { Draft } from "../desk/draft.ts";
export type { Letter, LetterFile } from "../thread.ts";

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
  /** `directory` and the versions before it. */
  readonly versions: Versions;
  readonly identity: HybridIdentity;
  readonly signing: SigningKey;
}

/** What a row shows of a sheet. Of an unclaimed case it is version 1, which has neither category nor severity. */
export type RowSheet = Pick<Sheet, "channel" | "day" | "lang" | "title" | "category" | "severity">;

/** One row of the queue. `server` is undefined until the case is claimed. */
export interface QueueRow {
  readonly caseId: Id;
  readonly channel: Id;
  /** From the sheet; undefined where it can't be trusted, then `problem` says why. */
  readonly sheet?: RowSheet | undefined;
  readonly problem?: string | undefined;
  readonly server?: DeskCase | undefined;
  /** How the key came: from the channel's stream or by a colleague's grant. */
  readonly via: "stream" | "grant";
}

export interface Found {
  readonly ring: Ring;
  readonly rows: readonly QueueRow[];
  /** Inbox items that are not what they claim to be; nothing of them was kept. */
  readonly refused: readonly { readonly id: Id; readonly from: Id; readonly problem: string }[];
  /** Every channel this person reads, with or without a row: what is loaded for one is loaded for all. */
  readonly channels: readonly Id[];
  /** Whether the ring is to be stored: it knows more, or took something from the inbox. */
  readonly changed: boolean;
}

/** What one unlocked desk remembers beside the keyring; gone with it. */
interface Session {
  /** Inbox items whose keys are in the ring; removed once the ring is stored. */
  readonly taken: Set<Id>;
}
const sessions = new WeakMap<Desk, Session>();

function sessionOf(desk: Desk): Session {
  let session = sessions.get(desk);
  if (session === undefined) {
    session = { taken: new Set() };
    sessions.set(desk, session);
  }
  return session;
}

/** Derives the sign-in password from the passphrase (Argon2id, a second or two) and signs in. Throws `sign-in-failed`, `sign-in-locked`. */
export async function signIn(
  api: DeskApi,
  request: { readonly origin: string; readonly login: string; readonly passphrase: string; readonly code: string },
  options: RunOptions = {},
): Promise<SignedIn> {
  const { salt } = await api.salt(request.login, options.signal);
  const { password, unlockSeed } = await splitPassphrase(request.passphrase, request.origin, request.login, salt);
  await api.signIn({ name: request.login, password, code: request.code }, options.signal);
  return { me: await api.me(options.signal), unlockSeed };
}

/** For a desk that is signed in but locked: derives the unlock seed again. A wrong passphrase shows at `unlockDesk`. */
export async function deriveUnlock(
  api: DeskApi,
  request: { readonly origin: string; readonly login: string; readonly passphrase: string },
  options: RunOptions = {},
): Promise<SignedIn> {
  const { salt } = await api.salt(request.login, options.signal);
  const { unlockSeed } = await splitPassphrase(request.passphrase, request.origin, request.login, salt);
  return { me: await api.me(options.signal), unlockSeed };
}

/**
 * Opens `identity.age` and checks the keys against the directory, whose root is the pinned one. An expired directory
 * still reads; it gives the case to nobody new. Throws `passphrase-wrong`, `no-keys` (an account without), `not-in-directory`
 * (not yet, no longer, or with other keys), `directory-*`.
 */
export async function unlockDesk(
  source: SourceApi,
  signedIn: SignedIn,
  context: { readonly origin: string; readonly today: Day; readonly pinnedRoot?: Hash | undefined; readonly seenVersion?: number | undefined },
  options: RunOptions = {},
): Promise<Desk> {
  const { me, unlockSeed } = signedIn;
  if (me.identity === undefined) {
    throw new WhistleError("no-keys");
  }
  const { identity, signing } = openIdentityFile(me.identity, unlockSeed);
  const directory = acceptDirectory(await source.directory(options.signal), {
    origin: context.origin,
    today: context.today,
    pinnedRoot: context.pinnedRoot ?? me.root,
    seenVersion: context.seenVersion,
    allowExpired: true,
  });
  const person = personById(directory.content, me.person.id);
  if (person === undefined || person.recipient !== encodeRecipient(identity.recipient) || !equal(person.signing, signing.publicKey)) {
    throw new WhistleError("not-in-directory");
  }
  return { origin: context.origin, me, person, directory, versions: new Versions(directory, source.earlierDirectory), identity, signing };
}

/** The stored keyring, or an empty one. Throws `keyring-invalid`: then start from `emptyRing` and try every blob again. */
export async function loadRing(api: DeskApi, desk: Desk, options: RunOptions = {}): Promise<Ring> {
  const { version, ciphertext } = await api.keyring(options.signal);
  return version === 0 || ciphertext === undefined
    ? emptyRing
    : openRing(ciphertext, version, desk.person.id, desk.identity, desk.directory.root, desk.signing.publicKey);
}

/**
 * Seals and stores the ring as the next version, then clears what it took from the inbox. Throws `stale` where another
 * device was faster: load that ring, run `findCases` with it, save again.
 */
export async function saveRing(api: DeskApi, desk: Desk, ring: Ring, random: Random, options: RunOptions = {}): Promise<Ring> {
  const next = { ...ring, version: ring.version + 1 };
  const sealed = sealRing(next, desk.person.id, desk.identity, desk.directory.root, desk.signing, random);
  await api.putKeyring(next.version, sealed, options.signal);
  const { taken } = sessionOf(desk);
  for (const id of taken) {
    await api.removeFromInbox(id, options.signal);
    taken.delete(id);
  }
  return next;
}

/**
 * Tries every new blob of every channel, and the inbox. Yields to the page between blobs. Rows of cases already
 * claimed carry what the server says; rows of recused cases are left out. Nothing that it asks of the server depends on
 * the cases that were found: an unclaimed case stays unseen. Progress: `opening`.
 */
export async function findCases(api: DeskApi, desk: Desk, ring: Ring, options: RunOptions = {}): Promise<Found> {
  const { signal } = options;
  const session = sessionOf(desk);
  const channels = await api.channels(signal);
  const claimed = await api.cases(signal);
  const entries = new Map(ring.cases.map((entry) => [entry.case, entry]));
  const positions = new Map(ring.positions.map((entry) => [entry.channel, entry.position]));
  const recused = new Set(ring.recused);
  let changed = false;

  const add = (entry: RingCase) => {
    if (!recused.has(entry.case)) {
      entries.set(entry.case, withMore(entries.get(entry.case), entry));
      changed = true;
    }
  };

  const starts = channels.map(({ id }) => positions.get(id) ?? 0);
  const total = Math.max(1, channels.reduce((sum, { position }, i) => sum + Math.max(0, position - (starts[i] ?? 0)), 0));
  let tried = 0;
  for (const [i, { id: channel, position: end }] of channels.entries()) {
    const from = starts[i] ?? 0;
    const last = await eachBlob(api, channel, from, end, options, (blob, at) => {
      const found = tryBlob(blob, channel, desk.identity);
      if (found !== undefined) {
        add(found);
      }
      const nth = Math.min(total, tried + at - from);
      options.progress?.({ step: "opening", done: nth / total, at: nth, of: total });
    });
    tried += Math.max(0, last - from);
    changed ||= last > (positions.get(channel) ?? -1);
    positions.set(channel, Math.max(last, from));
  }

  const refused = await readInbox(api, desk, add, session, options);
  options.progress?.({ step: "opening", done: 1 });

  const next: Ring = {
    version: ring.version,
    positions: [...positions].map(([channel, position]) => ({ channel, position })),
    cases: [...entries.values()],
    recused: ring.recused,
  };
  const claimedIds = new Set(claimed.map((entry) => entry.id));
  const claimedRows: QueueRow[] = [];
  for (const server of claimed.filter((entry) => !recused.has(entry.id))) {
    claimedRows.push(await claimedRow(server, next, desk, signal));
  }
  const rows = [
    ...claimedRows,
    ...next.cases.filter((entry) => !claimedIds.has(entry.case) && !recused.has(entry.case)).map(unclaimedRow),
  ];
  return { ring: next, rows, refused, channels: channels.map(({ id }) => id), changed: changed || session.taken.size > 0 };
}

/** Reads a channel's stream after a position, up to the newest; returns the last position read. */
async function eachBlob(api: DeskApi, channel: Id, after: number, newestPosition: number, options: RunOptions, act: (blob: Uint8Array, position: number) => void): Promise<number> {
  let at = after;
  while (at < newestPosition) {
    const blobs = await api.stream(channel, at, options.signal);
    if (blobs.length === 0) {
      return at;
    }
    for (const { position, blob } of blobs) {
      if (position <= at) {
        throw new WhistleError("answer-malformed"); // positions ascend; otherwise this loop might never end
      }
      at = position;
      await pause(options.signal);
      act(blob, position);
    }
  }
  return at;
}

function tryBlob(blob: Uint8Array, channel: Id, identity: HybridIdentity): RingCase | undefined {
  let key: CaseKey | undefined;
  try {
    key = tryOpenCaseKey(blob.subarray(0, caseKeySize), identity);
  } catch {
    return undefined; // sealed to us and no case key: nothing that could be shown or claimed
  }
  return key && { case: key.id, key: encodeKey(key), channel, ...firstSheet(key, channel, blob) };
}

/** Version 1 of the sheet, where it holds. Its signature is checked on opening: the source's key stands in its first message. */
function firstSheet(key: CaseKey, channel: Id, blob: Uint8Array): Pick<RingCase, "sheet"> {
  try {
    const sheet = openSheet(blob.subarray(caseKeySize), key.identity);
    const holds = sheet.case === key.id && sheet.version === 1 && sheet.author === "source" && sheet.channel === channel;
    return holds ? { sheet: { day: sheet.day, lang: sheet.lang, title: sheet.title } } : {};
  } catch {
    return {}; // the row says so
  }
}

/** Drawn from the keyring alone. A case that came by a grant shows its title once it is claimed. */
function unclaimedRow({ case: caseId, channel, sheet }: RingCase): QueueRow {
  if (channel === undefined) {
    return { caseId, channel: "", via: "grant" };
  }
  const row = { caseId, channel, via: "stream" as const };
  return sheet === undefined ? { ...row, problem: "sheet-malformed" } : { ...row, sheet: { channel, category: "", severity: "", ...sheet } };
}

async function readInbox(api: DeskApi, desk: Desk, add: (found: RingCase) => void, session: Session, options: RunOptions): Promise<Found["refused"]> {
  const refused: { id: Id; from: Id; problem: string }[] = [];
  for (const { id, from, ciphertext } of await api.inbox(options.signal)) {
    await pause(options.signal);
    try {
      const grant = await openGrant(ciphertext, { id: desk.person.id, identity: desk.identity }, from, desk.versions, options.signal);
      add({ case: grant.key.id, key: encodeKey(grant.key), granted: grantedPin(grant) });
      session.taken.add(id);
    } catch (error) {
      refused.push({ id, from, problem: refusalOf(error) });
    }
  }
  return refused;
}

async function claimedRow(server: DeskCase, ring: Ring, desk: Desk, signal: AbortSignal | undefined): Promise<QueueRow> {
  const row = { caseId: server.id, channel: server.channel, server, via: "stream" as const };
  try {
    const { identity } = keyOf(ring, server.id);
    const { sheet, problem } = await readSheet(server.sheet, server.id, identity, desk, undefined, signal);
    return problem === undefined ? { ...row, sheet } : { ...row, problem };
  } catch (error) {
    return { ...row, problem: refusalOf(error) };
  }
}

interface ReadSheet {
  readonly sheet: Sheet;
  /** It is this case's sheet, but nobody vouches for whoever wrote it. */
  readonly problem?: "sheet-signature-invalid" | "sheet-author-unknown" | undefined;
}

/** A current sheet; its author's signature is checked, the source's only where its key is known. Throws `sheet-malformed`, `sealed-unreadable`. */
async function readSheet(file: Uint8Array, caseId: Id, identity: HybridIdentity, desk: Desk, sourceSigning: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<ReadSheet> {
  const sheet = openSheet(file, identity);
  if (sheet.case !== caseId || (sheet.author === "source") !== (sheet.version === 1)) {
    throw new WhistleError("sheet-malformed");
  }
  const { content } = (await desk.versions.find(sheet.directory, signal)) ?? desk.directory;
  const key = sheet.author === "source" ? sourceSigning : staff(content, sheet.author)?.signing;
  if (key === undefined) {
    return sheet.author === "source" ? { sheet } : { sheet, problem: "sheet-author-unknown" };
  }
  return holds(() => verifySheet(sheet, desk.directory.root, key)) ? { sheet } : { sheet, problem: "sheet-signature-invalid" };
}

/** Somebody who may act on cases, by this version of the directory. */
function staff(content: DirectoryContent, id: Id): Person | undefined {
  const person = personById(content, id);
  return person?.role === "lead" || person?.role === "reviewer" ? person : undefined;
}

/**
 * The author of something that names no directory: by the newest version whose key for them fits. Throws
 * `signer-unknown`, `signature-invalid`.
 */
async function author(desk: Desk, id: Id, verify: (key: Uint8Array) => void, signal: AbortSignal | undefined): Promise<Person> {
  const tried = new Set<string>();
  for await (const { content } of desk.versions.back(signal)) {
    const person = staff(content, id);
    if (person !== undefined && !tried.has(hex(person.signing))) {
      if (holds(() => verify(person.signing))) {
        return person;
      }
      tried.add(hex(person.signing));
    }
  }
  throw new WhistleError(tried.size === 0 ? "signer-unknown" : "signature-invalid");
}

function holds(verify: () => void): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}

/** The code of what is wrong with one object. A lost connection is wrong with none: it is thrown on. */
function refusalOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "network" || code === "cancelled" || (error instanceof WhistleError && error.status !== undefined)) {
    throw error;
  }
  return code;
}

function encodeKey(key: CaseKey): string {
  return encodeIdentity(key.identity);
}

async function possession(api: DeskApi, desk: Desk, key: CaseKey, signal: AbortSignal | undefined) {
  const { nonce } = await api.challenge(signal);
  return {
    nonce,
    signature: signClaim(key, desk.origin, desk.signing.publicKey, nonce),
  };
}

/** "I have no conflict": proves possession of the key. Throws `not-found` where the server knows no such case. */
export async function claimCase(api: DeskApi, desk: Desk, ring: Ring, caseId: Id, options: RunOptions = {}): Promise<DeskCase> {
  const key = keyOf(ring, caseId);
  return api.claim(caseId, await possession(api, desk, key, options.signal), options.signal);
}

/** "I must step back": for good. Returns the ring without the key; save it. */
export async function recuse(api: DeskApi, desk: Desk, ring: Ring, caseId: Id, options: RunOptions = {}): Promise<Ring> {
  await api.recuse(caseId, await possession(api, desk, keyOf(ring, caseId), options.signal), options.signal);
  return {
    ...ring,
    cases: ring.cases.filter((entry) => entry.case !== caseId),
    recused: [...ring.recused.filter((id) => id !== caseId), caseId],
  };
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
  /** Problems of the whole: `first-message-invalid`, `excluded-myself`, `chain-broken`, and the sheet's. */
  readonly problems: readonly string[];
  readonly secret: DeskFileSecret;
}

/** For this module alone. */
export interface DeskFileSecret {
  readonly key: CaseKey;
  /** Undefined where the first message does not hold: then nothing can be written to the source. */
  readonly source: SourceMember | undefined;
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
  const thread = await readThread(server.messages, {
    caseId,
    identity: key.identity,
    versions: desk.versions,
    since: written?.content.version,
    sourceSigning: declared && fromBase64url(declared.signing, 32),
    side: "desk",
    excluded,
    signal: options.signal,
  });
  const source = thread.find((entry) => entry.message?.source !== undefined)?.message?.source;
  const problems: string[] = [];
  if (source === undefined) {
    problems.push("first-message-invalid");
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
    notes.push(await readNote(note, desk, key, options.signal));
  }
  const summaries: DeskSummaryRead[] = [];
  for (const summary of server.summaries) {
    summaries.push(await readSummary(summary, desk, key.identity, caseId, options.signal));
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
    letters: thread.map((entry) => entry.letter),
    notes,
    summaries,
    readers: [...new Set([...(source?.readers ?? []), ...added])],
    excluded,
    problems,
    secret: { key, source, directory: newerOf(desk, written), first: served && source && { hash: served.hash, signing: source.signing } },
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

async function readNote(wire: DeskNote, desk: Desk, key: CaseKey, signal: AbortSignal | undefined): Promise<DeskNoteRead> {
  const read = { id: wire.id, author: personById(desk.directory.content, wire.author), at: wire.at, text: "", mentions: [] };
  try {
    const note = openNote(wire.ciphertext, key.identity);
    if (note.id !== wire.id || note.author !== wire.author || note.case !== key.id) {
      throw new WhistleError("note-malformed");
    }
    const person = await author(desk, note.author, (signing) => verifyNote(note, desk.directory.root, signing), signal);
    return { ...read, author: read.author ?? person, text: note.text, mentions: note.mentions };
  } catch (error) {
    return { ...read, problem: refusalOf(error) };
  }
}

async function readSummary(server: DeskSummary, desk: Desk, identity: HybridIdentity, caseId: Id | undefined, signal: AbortSignal | undefined): Promise<DeskSummaryRead> {
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
export interface PreparedReplySecret {
  readonly ciphertext: Uint8Array;
  readonly counts: Counts;
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
  const { seq, ciphertext } = sealTeamMessage(desk, file, { kind: "text", text: input.text, answers: [] }, object, input, random);
  return { seq, secret: { ciphertext, counts: input.counts, object, upload: newUpload() } };
}

function replyRecipient(file: DeskFile): Uint8Array {
  if (file.secret.source === undefined) {
    throw new WhistleError("first-message-invalid");
  }
  return decodeRecipient(file.secret.source.reply);
}

function sealTeamMessage(
  desk: Desk,
  file: DeskFile,
  body: Parameters<typeof sealMessage>[0]["body"],
  object: SealedObject | undefined,
  { lang, today }: { readonly lang: string; readonly today: Day },
  random: Random,
): { readonly seq: number; readonly ciphertext: Uint8Array } {
  const last = newest(file.server.messages, "team");
  const ciphertext = sealMessage(
    {
      case: file.caseId,
      dir: "team",
      seq: last.seq + 1,
      prev: last.hash,
      seen: newest(file.server.messages, "source"),
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
  const { ciphertext, counts, object, upload } = reply.secret;
  if (object !== undefined) {
    if (!upload.begun) {
      await api.upload(object.id, object.size, options.signal);
      upload.begun = true;
    }
    await sendParts(object, upload, options, (n, bytes) => api.part(object.id, n, bytes, options.signal));
  }
  options.progress?.({ step: "sending", done: 0 });
  const sent = await api.sendMessage(
    file.caseId,
    { version: file.server.case.version, seq: reply.seq, ciphertext, attachments: object === undefined ? [] : [object], counts },
    options.signal,
  );
  if (sent.seq !== reply.seq || sent.hash !== ciphertextHash(ciphertext)) {
    throw new WhistleError("answer-malformed");
  }
  return sent.case;
}

export async function addNote(
  api: DeskApi,
  desk: Desk,
  file: DeskFile,
  note: { readonly text: string; readonly mentions: readonly Id[]; readonly today: Day },
  random: Random,
  options: RunOptions = {},
): Promise<DeskNote> {
  const id = hex(random(16));
  const ciphertext = sealNote(
    { case: file.caseId, id, author: desk.person.id, day: note.today, text: note.text, mentions: note.mentions },
    file.secret.key.identity.recipient,
    desk.directory.root,
    desk.signing,
    random,
  );
  await api.addNote(file.caseId, id, ciphertext, options.signal);
  return { id, author: desk.person.id, at: Math.floor(Date.now() / 1000), ciphertext };
}

/**
 * A new sheet version with title, category and severity. It goes on from one that opens but whose author nobody vouches
 * for (the file's `problems` say so), else the case could never be labelled again. Throws `stale`, and `sheet-malformed`
 * where the current one is none.
 */
export async function updateSheet(
  api: DeskApi,
  desk: Desk,
  file: DeskFile,
  change: { readonly title: string; readonly category: string; readonly severity: string; readonly today: Day },
  random: Random,
  options: RunOptions = {},
): Promise<Sheet> {
  if (file.sheet === undefined) {
    throw new WhistleError("sheet-malformed");
  }
  const { key } = file.secret;
  const version = file.sheet.version + 1;
  const sealed = sealSheet(
    {
      case: file.caseId,
      version,
      channel: file.sheet.channel,
      directory: desk.directory.hash,
      day: change.today,
      lang: file.sheet.lang,
      title: change.title,
      category: change.category,
      severity: change.severity,
      author: desk.person.id,
    },
    key.identity.recipient,
    desk.directory.root,
    desk.signing,
    random,
  );
  await api.putSheet(file.caseId, version, sealed, options.signal);
  return openSheet(sealed, key.identity);
}

export type GrantProblem = "excluded" | "already-reader" | "not-valid-now" | "wrong-role" | "not-in-channel";

/**
 * Why this person can't be given the case, or undefined. Only the readers of its channel can: they are those whom the
 * source was shown and could leave out. Code for `grantCase`.
 */
export function grantProblem(file: DeskFile, desk: Desk, to: Person, today: Day): GrantProblem | undefined {
  const reader = readerName(to);
  if (isExcluded(file.excluded, reader)) {
    return "excluded";
  }
  if (to.role !== "lead" && to.role !== "reviewer") {
    return "wrong-role";
  }
  // The sheet is signed; what the server calls the channel is its own word.
  const channels = new Set([file.server.case.channel, file.sheet?.channel ?? file.server.case.channel]);
  if (![...channels].every((id) => channelById(desk.directory.content, id)?.readers.includes(to.id) === true)) {
    return "not-in-channel";
  }
  if (file.readers.includes(reader)) {
    return "already-reader";
  }
  return isValidOn(to, today) ? undefined : "not-valid-now";
}

/**
 * Re-seals the key to one person and tells the source, in one transaction. Throws a `grantProblem` code,
 * `directory-expired` or `first-message-invalid` (the list of those left out is not known then) before sealing anything.
 */
export async function grantCase(
  api: DeskApi,
  desk: Desk,
  file: DeskFile,
  to: Person,
  explanation: { readonly text: string; readonly lang: string; readonly today: Day },
  random: Random,
  options: RunOptions = {},
): Promise<void> {
  const { key, source } = file.secret;
  const problem = source === undefined ? "first-message-invalid" : grantProblem(file, desk, to, explanation.today);
  if (problem !== undefined || source === undefined) {
    throw new WhistleError(problem ?? "first-message-invalid");
  }
  if (isExpired(desk.directory.content, explanation.today)) {
    throw new WhistleError("directory-expired");
  }
  const reader = readerName(to);
  const ciphertext = sealGrant(
    {
      key,
      to,
      from: desk.person.id,
      directory: desk.directory.hash,
      source: { signing: fromBase64url(source.signing, 32), reply: decodeRecipient(source.reply) },
      readers: [...file.readers, reader],
      excluded: file.excluded,
    },
    desk.directory.root,
    desk.signing,
    random,
  );
  const body = { kind: "reader" as const, text: explanation.text, answers: [{ q: "reader", values: [reader] }] };
  const message = sealTeamMessage(desk, file, body, undefined, explanation, random);
  await api.grant(file.caseId, { to: to.id, ciphertext, seq: message.seq, message: message.ciphertext }, options.signal);
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

export async function saveDraft(api: DeskApi, desk: Desk, caseId: Id, draft: Draft, random: Random, options: RunOptions = {}): Promise<void> {
  await api.putDraft(caseId, draft.kind, sealDraft(caseId, draft, desk.identity, random), options.signal);
}

/** Undefined where there is none of this kind. */
export async function loadDraft(api: DeskApi, desk: Desk, caseId: Id, kind: DraftKind, options: RunOptions = {}): Promise<Draft | undefined> {
  const ciphertext = await api.draft(caseId, kind, options.signal);
  return ciphertext === undefined ? undefined : openDraft(ciphertext, caseId, kind, desk.identity);
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
