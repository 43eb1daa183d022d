import { compareBytes, fromHex, h, hex, isHex, u32, utf8 } from "./bytes.ts";
import { decodeRecipient, keyFingerprint } from "./age.ts";
import { WhistleError } from "./errors.ts";
import { parseCanonical } from "./jcs.ts";
import * as shape from "./shape.ts";
import { clockPolicies } from "./clocks.ts";
import { parsePolicy } from "./log/policy.ts";
import { parseNote, verifiedKeys, type NoteKey } from "./signedNote.ts";
import type { Day, Hash, Id, ReaderName } from "./types.ts";

// SPEC 6.

const key = shape.bytes(32);
const day = shape.count;
const languageMap = shape.mapOf(shape.text(4096));
const place = shape.oneOf("inside", "outside");

const personShape = shape.object({
  id: shape.id,
  name: shape.text(200),
  role: shape.oneOf("lead", "reviewer", "approver", "custodian"),
  place,
  recipient: shape.text(2048),
  signing: key,
  from: day,
  until: day,
});

const channelShape = shape.object({
  id: shape.id,
  name: languageMap,
  entity: shape.text(200),
  readers: shape.list(shape.id, 16),
  approvers: shape.list(shape.id, 64),
  custodians: shape.list(shape.id, 8),
  recovery: shape.oneOf("offered", "none"),
  policy: shape.oneOf(...clockPolicies),
  questionnaire: shape.hash,
  texts: shape.hash,
  taxonomy: shape.hash,
});

const rootShape = shape.object({
  threshold: shape.count,
  keys: shape.list(shape.object({ name: shape.text(200), key }), 16, 1),
});

const recoveryShape = shape.object({
  recipient: shape.text(2048),
  threshold: shape.count,
  holders: shape.list(shape.object({ name: shape.text(200), place }), 64),
});

const directoryShape = shape.object({
  v: shape.just(1),
  version: shape.count,
  previous: shape.hash,
  issued: day,
  expires: day,
  organisation: shape.text(200),
  origins: shape.list(shape.text(300), 16, 1),
  root: rootShape,
  log: shape.object({ name: shape.text(200), key, policy: shape.optional(shape.text(4096)), mirror: shape.optional(shape.text(200)) }),
  people: shape.list(personShape, 500),
  channels: shape.list(channelShape, 100),
  recovery: shape.optional(recoveryShape),
});

export type Person = ReturnType<typeof personShape>;
export type Channel = ReturnType<typeof channelShape>;
export type Root = ReturnType<typeof rootShape>;
export type Recovery = ReturnType<typeof recoveryShape>;
export type DirectoryContent = ReturnType<typeof directoryShape>;

/** A directory whose note, root, signatures, expiry and origin were checked. */
export interface Directory {
  readonly content: DirectoryContent;
  readonly hash: Hash;
  /** The root fingerprint, 32 bytes: part of every signature input. */
  readonly root: Uint8Array;
  /** The signed note as it was received. */
  readonly note: string;
}

export interface DirectoryChecks {
  /** The origin this page talks to; must be listed. */
  readonly origin: string;
  readonly today: Day;
  /** Root fingerprint in hex that was seen before (state file, desk session). */
  readonly pinnedRoot?: Hash | undefined;
  /** The highest version seen before. */
  readonly seenVersion?: number | undefined;
  /** A returning source must be able to read under an expired directory: then it is not refused, only new sealing is. */
  readonly allowExpired?: boolean | undefined;
}

/** `H("whistle/root/v1" || u32(threshold) || u32(number of keys) || keys ascending)`. */
export function rootFingerprint(root: Root): Uint8Array {
  const keys = root.keys.map((k) => k.key).sort(compareBytes);
  return h(utf8("whistle/root/v1"), u32(root.threshold), u32(keys.length), ...keys);
}

/**
 * Checks a directory note in the order of SPEC 6. Throws `directory-malformed`, `directory-root-mismatch`,
 * `directory-under-signed`, `directory-rolled-back`, `directory-expired`, `directory-origin`.
 */
export function acceptDirectory(note: string, checks: DirectoryChecks): Directory {
  const directory = verifyDirectory(note, checks.pinnedRoot);
  const { content } = directory;
  if (content.version < (checks.seenVersion ?? 0)) {
    throw new WhistleError("directory-rolled-back");
  }
  if (checks.allowExpired !== true && isExpired(content, checks.today)) {
    throw new WhistleError("directory-expired");
  }
  if (!content.origins.includes(checks.origin)) {
    throw new WhistleError("directory-origin");
  }
  return directory;
}

export function isExpired(content: DirectoryContent, today: Day): boolean {
  return today > content.expires;
}

/** Form, root and signatures alone: for versions that are read again, whatever the day. */
export function verifyDirectory(note: string, pinnedRoot?: Hash): Directory {
  let parsed;
  let text: DirectoryText;
  try {
    parsed = parseNote(note);
    text = parseDirectoryText(parsed.text);
  } catch {
    throw new WhistleError("directory-malformed");
  }
  const root = rootFingerprint(text.content.root);
  if (hex(root) !== text.fingerprint || (pinnedRoot !== undefined && pinnedRoot !== text.fingerprint)) {
    throw new WhistleError("directory-root-mismatch");
  }
  let signers: number;
  try {
    signers = verifiedKeys(parsed, text.content.root.keys).length;
  } catch {
    throw new WhistleError("directory-under-signed");
  }
  if (signers < text.content.root.threshold) {
    throw new WhistleError("directory-under-signed");
  }
  return { content: text.content, hash: directoryHash(parsed.text), root, note };
}

export interface DirectoryText {
  readonly fingerprint: Hash;
  readonly content: DirectoryContent;
}

/** `H(note text)` with its last line feed, without signatures. */
export function directoryHash(text: string): Hash {
  return hex(h(utf8(text)));
}

/** The three lines of SPEC 6 before anybody signed: what root holders look at. Throws `directory-malformed`. */
export function parseDirectoryText(text: string): DirectoryText {
  const [label, fingerprint, json, end, ...more] = text.split("\n");
  if (label !== "whistle/directory/v1" || fingerprint === undefined || !isHex(fingerprint, 32) || json === undefined || end !== "" || more.length > 0) {
    throw new WhistleError("directory-malformed");
  }
  let content: DirectoryContent;
  try {
    content = directoryShape(parseCanonical(utf8(json)));
  } catch {
    throw new WhistleError("directory-malformed");
  }
  if (!holdsTogether(content)) {
    throw new WhistleError("directory-malformed");
  }
  return { fingerprint, content };
}

/** The rules of SPEC 6 that no single member shows. */
function holdsTogether({ root, log, people, channels, recovery, issued, expires, version, previous, origins }: DirectoryContent): boolean {
  const unique = (values: readonly string[]) => new Set(values).size === values.length;
  const byId = new Map(people.map((person) => [person.id, person]));
  const known = (ids: readonly string[], ...roles: readonly Person["role"][]) =>
    unique(ids) && ids.every((id) => roles.includes(byId.get(id)?.role ?? ("none" as Person["role"])));
  return (
    version >= 1 &&
    (version === 1) === (previous === "0".repeat(64)) &&
    origins.every(isOrigin) &&
    (log.policy === undefined || isPolicyOf(log.policy, log)) &&
    (log.mirror === undefined || /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[\w~-][\w.~-]*)*$/.test(log.mirror)) &&
    expires >= issued &&
    expires <= issued + 60 &&
    root.threshold >= 1 &&
    root.threshold <= root.keys.length &&
    unique(root.keys.map((k) => hex(k.key))) &&
    unique(people.map((p) => p.id)) &&
    // Two people with one key: whoever left one of them out would not have left the key out.
    unique(people.map((p) => p.recipient)) &&
    unique(people.map((p) => hex(p.signing))) &&
    unique(channels.map((c) => c.id)) &&
    people.every((p) => isRecipient(p.recipient) && p.from <= p.until && p.name !== "") &&
    (recovery !== undefined) === channels.some((c) => c.recovery === "offered") &&
    (recovery === undefined ||
      (isRecipient(recovery.recipient) &&
        recovery.threshold >= 1 &&
        recovery.threshold <= recovery.holders.length &&
        people.every((p) => p.recipient !== recovery.recipient))) &&
    channels.every(
      (c) =>
        known(c.readers, "lead", "reviewer") &&
        known(c.approvers, "approver") &&
        known(c.custodians, "custodian") &&
        Object.keys(c.name).length > 0 &&
        c.readers.length >= 1 &&
        c.readers.length + (c.recovery === "offered" ? 1 : 0) <= 16 &&
        c.custodians.length <= 8,
    )
  );
}

/** A witness policy that names no other log. */
function isPolicyOf(text: string, log: NoteKey): boolean {
  try {
    return utf8(text).length <= 4096 && parsePolicy(text).logs.every(({ name, key }) => name === log.name && compareBytes(key, log.key) === 0);
  } catch {
    return false;
  }
}

/** RFC 6454 section 6.2: scheme, host, and a port only where it is not the scheme's own; lower case. */
function isOrigin(text: string): boolean {
  try {
    return /^https?:/.test(text) && new URL(text).origin === text;
  } catch {
    return false;
  }
}

function isRecipient(text: string): boolean {
  try {
    decodeRecipient(text);
    return true;
  } catch {
    return false;
  }
}

export function personById(content: DirectoryContent, id: Id): Person | undefined {
  return content.people.find((person) => person.id === id);
}

export function channelById(content: DirectoryContent, id: Id): Channel | undefined {
  return content.channels.find((channel) => channel.id === id);
}

/** Whether a person can be sealed to on that day. */
export function isValidOn(person: Person, today: Day): boolean {
  return person.from <= today && today <= person.until;
}

/** Somebody a source can tick: `id` is a person id or `recovery`. */
export interface Receiver {
  readonly id: string;
  readonly reader: ReaderName;
  readonly recipient: Uint8Array;
  /** Undefined for the recovery recipient. */
  readonly person?: Person;
  readonly recovery?: Recovery;
}

function receiver(person: Person): Receiver {
  const recipient = decodeRecipient(person.recipient);
  return { id: person.id, reader: `${person.id}/${keyFingerprint(recipient)}`, recipient, person };
}

/** Everyone whom a tip to this channel can be sealed to today, recovery last. */
export function receiversOf(content: DirectoryContent, channel: Channel, today: Day): Receiver[] {
  const people = channel.readers.flatMap((id) => {
    const person = personById(content, id);
    return person !== undefined && isValidOn(person, today) ? [receiver(person)] : [];
  });
  if (channel.recovery !== "offered" || content.recovery === undefined) {
    return people;
  }
  const recipient = decodeRecipient(content.recovery.recipient);
  return [...people, { id: "recovery", reader: `recovery/${keyFingerprint(recipient)}`, recipient, recovery: content.recovery }];
}

/** The custodians a source can give an identity to today. */
export function custodiansOf(content: DirectoryContent, channel: Channel, today: Day): Receiver[] {
  return channel.custodians.flatMap((id) => {
    const person = personById(content, id);
    return person !== undefined && isValidOn(person, today) ? [receiver(person)] : [];
  });
}

/** `<person id>/<key fingerprint>` of one person. */
export function readerName(person: Person): ReaderName {
  return `${person.id}/${keyFingerprint(decodeRecipient(person.recipient))}`;
}

/** The person id (or `recovery`) and key fingerprint of a reader. Throws `shape`. */
export function splitReader(reader: ReaderName): { readonly id: string; readonly fingerprint: Id } {
  const [id = "", fingerprint = "", ...more] = reader.split("/");
  if (more.length > 0 || !(id === "recovery" || isHex(id, 16)) || !isHex(fingerprint, 16)) {
    throw new WhistleError("shape");
  }
  return { id, fingerprint };
}

/** The same person stays left out under a new key, and the same key under another person's name. */
export function isExcluded(excluded: readonly ReaderName[], reader: ReaderName): boolean {
  const { id, fingerprint } = splitReader(reader);
  return excluded.some((entry) => {
    const out = splitReader(entry);
    return out.id === id || out.fingerprint === fingerprint;
  });
}

/** The parsed form of a root fingerprint. */
export function parseRoot(root: Hash): Uint8Array {
  return fromHex(root, 32);
}
