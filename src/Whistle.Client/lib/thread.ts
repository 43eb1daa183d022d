import type { HybridIdentity } from "./age.ts";
import { cleanName, cleanType } from "./attachments.ts";
import { fromBase64url } from "./bytes.ts";
import { isExcluded, isValidOn, personById, readerName, type Person } from "./directory.ts";
import { codeOf } from "./errors.ts";
import { ciphertextHash, noHash, openMessage, verifyMessage, type Message } from "./message.ts";
import type { TeamQuestion } from "./questions.ts";
import type { Answer, Copy, Day, Hash, Id, ReaderName } from "./types.ts";
import type { Purge } from "./tombstone.ts";
import type { Versions } from "./versions.ts";

/** A file of a letter; what its download needs. */
export interface LetterFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** 1-based place in the object's archive. */
  readonly index: number;
  readonly object: Id;
  readonly file: Hash;
  readonly cipher: Hash;
  /** Two people had it deleted (SPEC 12.2). */
  readonly gone: boolean;
}

/** Why a message can't be trusted; its text is then not given. */
export type LetterProblem = "message-unreadable" | "message-malformed" | "signature-invalid" | "signer-unknown" | "chain-broken";

/** One message as a page shows it. */
export interface Letter {
  readonly dir: "source" | "team";
  readonly seq: number;
  readonly day: Day;
  readonly hash: Hash;
  readonly kind: Message["body"]["kind"];
  readonly text: string;
  readonly answers: readonly Answer[];
  /** What the team asks in it. */
  readonly questions: readonly TeamQuestion[];
  /** The team's letter that a letter of the source answers. */
  readonly about: { readonly seq: number; readonly hash: Hash } | undefined;
  /** The number of the newest letter of the other side that its writer says to have read. */
  readonly seen: number;
  readonly lang: string;
  readonly files: readonly LetterFile[];
  /** Who signed a team message, by the directory; undefined for the source's own. */
  readonly signer?: Person | undefined;
  /** `no-copy`: the source's own message, of which it kept no readable copy. `purged`: two people had it deleted (SPEC 12.2). */
  readonly status: "readable" | "no-copy" | "purged" | LetterProblem;
  /** Who had it deleted. */
  readonly purge?: Purge | undefined;
}

/** A message as the server gives it. */
export interface WireMessage {
  readonly dir: "source" | "team";
  readonly seq: number;
  readonly day: Day;
  readonly hash: Hash;
  readonly ciphertext: Uint8Array;
}

export interface ThreadMessage {
  readonly letter: Letter;
  /** Only where everything about it held. */
  readonly message: Message | undefined;
  readonly hash: Hash;
}

export interface ThreadContext {
  readonly caseId: Id;
  readonly identity: HybridIdentity;
  /** Who signed for the team is looked up in the version that the message names. */
  readonly versions: Versions;
  /**
   * The version that the source's own first message was written under, where it is known. The team knew it, or a newer
   * one: who names an older one could be somebody whom this one no longer lists.
   */
  readonly since?: number | undefined;
  /**
   * The source's signing key: its own on its own device; on the desk the first message tells it, and an
   * undefined key means that it is read from there.
   */
  readonly sourceSigning?: Uint8Array | undefined;
  /** On the source's device a message of its own that does not open is one without copy. */
  readonly side: "source" | "desk";
  /** Whether the source keeps copies; one that should open and does not was not written by it. */
  readonly copy?: Copy | undefined;
  /** Persons the source left out: nothing they sign is taken for the team's word. */
  readonly excluded: readonly ReaderName[];
  /** What was deleted, as `purgedBy` says. */
  readonly purged: ReadonlyMap<Hash, Purge>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens and checks both directions: hashes, numbering, the chain of `prev`, what each side claims to have `seen`,
 * and every signature. Nothing is dropped in silence: what does not hold is a letter with its problem.
 */
export async function readThread(messages: readonly WireMessage[], context: ThreadContext): Promise<ThreadMessage[]> {
  const sides = (["source", "team"] as const).map((dir) => messages.filter((m) => m.dir === dir).sort((a, b) => a.seq - b.seq));
  const [source = [], team = []] = sides;
  let sourceSigning = context.sourceSigning;
  const read = async (side: readonly WireMessage[], other: readonly WireMessage[]): Promise<ThreadMessage[]> => {
    const results: ThreadMessage[] = [];
    for (const [i, wire] of side.entries()) {
      const result = await readOne(wire, i, side, other, { ...context, sourceSigning });
      const declared = result.message?.source;
      if (declared !== undefined && sourceSigning === undefined) {
        sourceSigning = fromBase64url(declared.signing, 32);
      }
      results.push(result);
    }
    return results;
  };
  const own = await read(source, team);
  return merge(own, await read(team, source));
}

async function readOne(wire: WireMessage, i: number, side: readonly WireMessage[], other: readonly WireMessage[], context: ThreadContext): Promise<ThreadMessage> {
  const hash = hashOf(wire, context);
  const failed = (status: Letter["status"]): ThreadMessage => ({
    letter: { dir: wire.dir, seq: wire.seq, day: wire.day, hash, kind: "text", text: "", answers: [], questions: [], about: undefined, seen: 0, lang: "", files: [], status, purge: context.purged.get(hash) },
    message: undefined,
    hash,
  });
  // A missing or repeated number, or bytes that are not the ones the server names.
  if (wire.seq !== i + 1 || hash !== wire.hash) {
    return failed("chain-broken");
  }
  if (isPurged(wire, context)) {
    return failed("purged");
  }
  let message: Message;
  try {
    message = openMessage(wire.ciphertext, context.identity);
  } catch (error) {
    const unreadable = codeOf(error) === "sealed-unreadable";
    return failed(unreadable && context.side === "source" && context.copy !== "kept" && wire.dir === "source" ? "no-copy" : unreadable ? "message-unreadable" : "message-malformed");
  }
  if (message.case !== context.caseId || message.dir !== wire.dir || message.seq !== wire.seq) {
    return failed("message-malformed");
  }
  const previous = side[i - 1];
  const seen = other.find((m) => m.seq === message.seen.seq);
  const { about } = message.body;
  const asked = about && other.find((m) => m.seq === about.seq && m.seq <= message.seen.seq);
  if (
    about?.hash !== (asked && hashOf(asked, context)) ||
    message.prev !== (previous === undefined ? noHash : hashOf(previous, context)) ||
    message.seen.hash !== (message.seen.seq === 0 ? noHash : seen && hashOf(seen, context))
  ) {
    return failed("chain-broken");
  }
  const signer = wire.dir === "team" ? await signerOf(message, context) : undefined;
  let key: Uint8Array | undefined;
  if (wire.dir === "source") {
    key = context.sourceSigning ?? (message.source && tryKey(message.source.signing));
  } else if (signer !== undefined && mayWrite(signer, message.day, context.excluded)) {
    key = signer.signing;
  }
  if (key === undefined || (wire.dir === "source" && message.signer !== "source")) {
    return failed("signer-unknown");
  }
  try {
    verifyMessage(message, context.versions.current.root, key);
  } catch {
    return failed("signature-invalid");
  }
  return { letter: letterOf(message, hash, signer, context), message, hash };
}

/** Never the first letter, nor one of the team. */
function isPurged({ dir, seq, hash }: WireMessage, { purged }: ThreadContext): boolean {
  return dir === "source" && seq > 1 && purged.has(hash);
}

/** Of what is gone the hash alone is left, for which two people signed. */
function hashOf(wire: WireMessage, context: ThreadContext): Hash {
  return isPurged(wire, context) ? wire.hash : ciphertextHash(wire.ciphertext);
}

/** By the version that the message names; by the current one where that can't be had. */
async function signerOf(message: Message, { versions, since, signal }: ThreadContext): Promise<Person | undefined> {
  const { content } = (await versions.find(message.directory, signal)) ?? versions.current;
  return content.version < (since ?? 0) ? undefined : personById(content, message.signer);
}

function mayWrite(person: Person, day: Day, excluded: readonly ReaderName[]): boolean {
  return (person.role === "lead" || person.role === "reviewer") && isValidOn(person, day) && !isExcluded(excluded, readerName(person));
}

function tryKey(text: string): Uint8Array | undefined {
  try {
    return fromBase64url(text, 32);
  } catch {
    return undefined;
  }
}

function letterOf(message: Message, hash: Hash, signer: Person | undefined, { purged }: ThreadContext): Letter {
  return {
    dir: message.dir,
    seq: message.seq,
    day: message.day,
    hash,
    kind: message.body.kind,
    text: message.body.text,
    answers: message.body.answers,
    questions: message.body.questions ?? [],
    about: message.body.about,
    seen: message.seen.seq,
    lang: message.lang,
    files: filesOf(message.attachments, purged),
    signer,
    status: "readable",
  };
}

/** Whoever wrote the message or note may have named and typed the files with another client than ours. */
export function filesOf(attachments: Message["attachments"], purged: ReadonlyMap<Hash, Purge>): LetterFile[] {
  return attachments.map((file, i) => ({
    name: cleanName(file.name),
    type: cleanType(file.type),
    size: file.size,
    index: i + 1,
    object: file.id,
    file: file.file,
    cipher: file.cipher,
    gone: purged.has(file.cipher),
  }));
}

/** One order for both directions: what a side had seen comes before it; else by day, the source first. */
function merge(source: readonly ThreadMessage[], team: readonly ThreadMessage[]): ThreadMessage[] {
  const result: ThreadMessage[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const s = source[i];
    const t = team[j];
    if (s === undefined || t === undefined) {
      return [...result, ...source.slice(i), ...team.slice(j)];
    }
    const teamSawIt = (t.message?.seen.seq ?? 0) >= s.letter.seq;
    const sourceSawIt = (s.message?.seen.seq ?? 0) >= t.letter.seq;
    if (teamSawIt || (!sourceSawIt && s.letter.day <= t.letter.day)) {
      result.push(s);
      i++;
    } else {
      result.push(t);
      j++;
    }
  }
}

/** The newest of one direction, for `prev` and `seen` of what is written next. */
export function newest(letters: readonly Letter[], dir: "source" | "team"): { readonly seq: number; readonly hash: Hash } {
  let last = { seq: 0, hash: noHash };
  for (const { dir: from, seq, hash } of letters) {
    if (from === dir && seq > last.seq) {
      last = { seq, hash };
    }
  }
  return last;
}
