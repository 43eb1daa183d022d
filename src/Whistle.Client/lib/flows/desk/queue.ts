import { encodeIdentity, type HybridIdentity } from "../../age.ts";
import { caseKeySize, tryOpenCaseKey, type CaseKey } from "../../caseKey.ts";
import { openGrant } from "../../desk/grant.ts";
import { emptyRing, openRing, parseCaseKeyOf, keyOf, sealRing, sheetVersion, withMore, type Ring, type RingCase } from "../../desk/keyring.ts";
import { grantedPin } from "../../desk/pin.ts";
import { sheetsAtOnce, type DeskApi, type DeskCase } from "../../deskApi.ts";
import { WhistleError } from "../../errors.ts";
import { pause } from "../../pause.ts";
import { signClaim } from "../../possession.ts";
import type { Random } from "../../random.ts";
import { openSheet, type Sheet } from "../../sheet.ts";
import type { Day, Id, RunOptions } from "../../types.ts";
import { noteOf } from "./letters.ts";
import type { Desk } from "./session.ts";
import { readSheet, refusalOf } from "./vouched.ts";

// Finding cases in the streams and the inbox, keeping their keys, claiming one or stepping back.

/** What a row shows of a sheet. Of an unclaimed case it is version 1, which has neither category nor severity. */
export type RowSheet = Pick<Sheet, "channel" | "day" | "lang" | "title" | "category" | "severity" | "leading" | "stage">;

/** One row of the queue. `server` is undefined until the case is claimed. */
export interface QueueRow {
  readonly caseId: Id;
  readonly channel: Id;
  /** From the sheet; undefined where it can't be trusted, then `problem` says why. */
  readonly sheet?: RowSheet | undefined;
  readonly problem?: string | undefined;
  /** It is held, and its sheet was not opened yet. */
  readonly opening?: true | undefined;
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

export interface FindOptions extends RunOptions {
  /** Gets the rows as far as they are known: at once from the keyring, then now and then while the rest is opened. */
  readonly rows?: ((rows: readonly QueueRow[]) => void) | undefined;
}

/** How long the page goes without new rows while many are opened, in milliseconds. */
const redrawEvery = 1000;

/**
 * Opens what is new: every new blob of every channel, the inbox, and of the cases already claimed each sheet whose version the
 * ring does not know. Yields to the page in between. Rows of claimed cases carry what the server says; rows of recused cases
 * are left out. Nothing that it asks of the server depends on the cases that were found: an unclaimed case stays unseen.
 * Progress: `opening`.
 */
export async function findCases(api: DeskApi, desk: Desk, ring: Ring, options: FindOptions = {}): Promise<Found> {
  const { signal } = options;
  const session = sessionOf(desk);
  const channels = await api.channels(signal);
  const recused = new Set(ring.recused);
  const claimed = (await api.cases(signal)).filter((entry) => !recused.has(entry.id));
  const claimedIds = new Set(claimed.map((entry) => entry.id));
  const entries = new Map(ring.cases.map((entry) => [entry.case, entry]));
  const positions = new Map(ring.positions.map((entry) => [entry.channel, entry.position]));
  const problems = new Map<Id, string>();
  let changed = false;

  const add = (entry: RingCase) => {
    if (!recused.has(entry.case)) {
      entries.set(entry.case, withMore(entries.get(entry.case), entry));
      changed = true;
    }
  };
  const rows = (): QueueRow[] => [
    ...claimed.map((server) => claimedRow(server, entries.get(server.id), problems.get(server.id))),
    // One that was opened here and is no longer among those claimed was deleted at the end of its time.
    ...[...entries.values()].filter((entry) => !claimedIds.has(entry.case) && !recused.has(entry.case) && entry.first === undefined).map(unclaimedRow),
  ];
  const isUnread = (server: DeskCase) => entries.has(server.id) && !problems.has(server.id) && sheetVersion(entries.get(server.id)) !== server.sheetVersion;

  options.rows?.(rows());
  let drawn = performance.now();
  const starts = channels.map(({ id }) => positions.get(id) ?? 0);
  const blobs = channels.reduce((sum, { position }, i) => sum + Math.max(0, position - (starts[i] ?? 0)), 0);
  let done = 0;
  let total = Math.max(1, blobs + claimed.filter(isUnread).length);
  const at = (nth: number) => {
    done = Math.min(total, nth);
    options.progress?.({ step: "opening", done: done / total, at: done, of: total });
    if (options.rows !== undefined && performance.now() - drawn > redrawEvery) {
      options.rows(rows());
      drawn = performance.now();
    }
  };
  /** The sheets of held cases, in the order of what is due, as the server lists them. */
  const openSheets = async () => {
    const unread = claimed.filter(isUnread);
    total = Math.max(total, done + unread.length);
    for (let from = 0; from < unread.length; from += sheetsAtOnce) {
      const some = unread.slice(from, from + sheetsAtOnce);
      const sheets = new Map((await api.sheets(some.map(({ id }) => id), signal)).map((sheet) => [sheet.case, sheet]));
      for (const server of some) {
        await pause(signal);
        const entry = entries.get(server.id);
        const sealed = sheets.get(server.id);
        if (entry !== undefined && sealed !== undefined) {
          const read = await openHeld(sealed, entry, desk, signal);
          if (typeof read === "string") {
            problems.set(server.id, read);
          } else {
            entries.set(server.id, { ...entry, sheet: read });
            changed = true;
          }
        }
        at(done + 1);
      }
    }
  };

  await openSheets(); // of the keys that are known: what is due stands there before the stream is tried
  for (const [i, { id: channel, position: end }] of channels.entries()) {
    const from = starts[i] ?? 0;
    const before = done;
    const last = await eachBlob(api, channel, from, end, options, (blob, position) => {
      const found = tryBlob(blob, channel, desk.identity);
      if (found !== undefined) {
        add(found);
      }
      at(before + position - from);
    });
    changed ||= last > (positions.get(channel) ?? -1);
    positions.set(channel, Math.max(last, from));
  }

  const refused = await readInbox(api, desk, add, session, options);
  await openSheets();
  options.progress?.({ step: "opening", done: 1 });

  const next: Ring = {
    version: ring.version,
    positions: [...positions].map(([channel, position]) => ({ channel, position })),
    cases: [...entries.values()],
    recused: ring.recused,
    filters: ring.filters,
  };
  return { ring: next, rows: rows(), refused, channels: channels.map(({ id }) => id), changed: changed || session.taken.size > 0 };
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
  return sheet === undefined ? { ...row, problem: "sheet-malformed" } : { ...row, sheet: rowSheet(channel, sheet) };
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

/** Drawn from the keyring: its sheet was vouched for when it was opened. An older version stands until the newer one is opened. */
function claimedRow(server: DeskCase, entry: RingCase | undefined, problem: string | undefined): QueueRow {
  const row = { caseId: server.id, channel: server.channel, server, via: "stream" as const };
  if (entry === undefined) {
    return { ...row, problem: "key-missing" };
  }
  if (problem !== undefined) {
    return { ...row, problem };
  }
  return entry.sheet === undefined ? { ...row, opening: true } : { ...row, sheet: rowSheet(server.channel, entry.sheet) };
}

function rowSheet(channel: Id, { day, lang, title, category = "", severity = "", leading, stage }: NonNullable<RingCase["sheet"]>): RowSheet {
  return { channel, day, lang, title, category, severity, ...(leading === undefined ? {} : { leading }), ...(stage === undefined ? {} : { stage }) };
}

/** A held case's current sheet as the ring keeps it, or what is wrong with it. */
async function openHeld(sealed: { readonly ciphertext: Uint8Array }, entry: RingCase, desk: Desk, signal: AbortSignal | undefined): Promise<NonNullable<RingCase["sheet"]> | string> {
  try {
    const { sheet, problem } = await readSheet(sealed.ciphertext, entry.case, parseCaseKeyOf(entry).identity, desk, undefined, signal);
    if (problem !== undefined) {
      return problem;
    }
    const { day, lang, title, version, category, severity, leading, stage } = sheet;
    return {
      day,
      lang,
      title,
      ...(version > 1 ? { version } : {}),
      ...(category === "" ? {} : { category }),
      ...(severity === "" ? {} : { severity }),
      ...(leading === undefined ? {} : { leading }),
      ...(stage === undefined ? {} : { stage }),
    };
  } catch (error) {
    return refusalOf(error);
  }
}

export function encodeKey(key: CaseKey): string {
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

/**
 * "I must step back": for good. The reason is a note for those who stay, sealed before access ends; empty for none. Returns
 * the ring without the key; save it.
 */
export async function recuse(api: DeskApi, desk: Desk, ring: Ring, caseId: Id, reason: { readonly text: string; readonly today: Day }, random: Random, options: RunOptions = {}): Promise<Ring> {
  const key = keyOf(ring, caseId);
  const note = reason.text === "" ? undefined : noteOf(desk, { caseId, secret: { key } }, { ...reason, mentions: [] }, random);
  await api.recuse(caseId, await possession(api, desk, key, options.signal), note, options.signal);
  return {
    ...ring,
    cases: ring.cases.filter((entry) => entry.case !== caseId),
    recused: [...ring.recused.filter((id) => id !== caseId), caseId],
  };
}
