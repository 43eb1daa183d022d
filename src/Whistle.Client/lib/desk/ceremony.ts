import { Decrypter, Encrypter } from "age-encryption";
import { base64, base64url, concat, fromBase64, fromUtf8, hex, utf8 } from "../bytes.ts";
import { directoryHash, parseDirectoryText, rootFingerprint, verifyDirectory, type Directory, type DirectoryContent, type Root } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import type { Random } from "../random.ts";
import { signingKey, type SigningKey } from "../sign.ts";
import { noteKeyHash, signNote } from "../signedNote.ts";
import type { Hash } from "../types.ts";
import { newPassphrase } from "./passphrase.ts";

// The root ceremony, SPEC 6 and 14.7: each holder makes a key, keeps it as a file under a generated passphrase,
// and later signs a directory's text with it. The file is age with a passphrase (scrypt), so that `age -d` reads it.

export interface RootKey {
  /** Key name in signed notes: no white space, no `+`. */
  readonly name: string;
  readonly key: SigningKey;
}

/** C2SP signed-note's encoding of a private key, `PRIVATE+KEY+<name>+<hash>+<base64(0x01 || seed)>` and a line feed. */
function encodeRootKey({ name, key }: RootKey): string {
  return `PRIVATE+KEY+${name}+${hex(noteKeyHash({ name, key: key.publicKey }))}+${base64(concat(Uint8Array.of(1), key.seed))}\n`;
}

/** Throws `root-key-malformed`. */
function decodeRootKey(text: string): RootKey {
  const [, name = "", hash = "", encoded = ""] = /^PRIVATE\+KEY\+([^\s+]{1,100})\+([0-9a-f]{8})\+(\S+)$/u.exec(text.trim()) ?? [];
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    throw new WhistleError("root-key-malformed");
  }
  if (bytes.length !== 33 || bytes[0] !== 1) {
    throw new WhistleError("root-key-malformed");
  }
  const key = signingKey(bytes.slice(1));
  if (hex(noteKeyHash({ name, key: key.publicKey })) !== hash) {
    throw new WhistleError("root-key-malformed");
  }
  return { name, key };
}

export function newRootKey(name: string, random: Random): RootKey {
  if (!isKeyName(name)) {
    throw new WhistleError("key-name-malformed");
  }
  return { name, key: signingKey(random(32)) };
}

export function isKeyName(name: string): boolean {
  return /^[^\s+\p{C}]{1,100}$/u.test(name);
}

/** A key file and the passphrase that opens it. Randomness of the age file itself comes from the package that writes it. */
export async function sealRootKey(root: RootKey, random: Random, workFactor = 18): Promise<{ readonly file: Uint8Array; readonly passphrase: string }> {
  const passphrase = newPassphrase(random);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return { file: await encrypter.encrypt(encodeRootKey(root)), passphrase };
}

/** Throws `passphrase-wrong`, `root-key-malformed`. */
export async function openRootKey(file: Uint8Array, passphrase: string): Promise<RootKey> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase.normalize("NFKC").toLowerCase().trim().split(/\s+/).join(" "));
  if (!fromStart(file, "age-encryption.org/v1\n-> scrypt ")) {
    throw new WhistleError("root-key-malformed");
  }
  let plaintext: Uint8Array;
  try {
    plaintext = await decrypter.decrypt(file, "uint8array");
  } catch {
    throw new WhistleError("passphrase-wrong");
  }
  return decodeRootKey(new TextDecoder().decode(plaintext));
}

/** What the person who signs can check a proposal against. */
export interface Known {
  /** The signed note that is in force; undefined before the first version. */
  readonly current: string | undefined;
  /** The root fingerprint that this device has, from the ceremony or compared with paper; undefined before that. */
  readonly pinnedRoot: Hash | undefined;
  /** The highest version that this device has seen. */
  readonly seenVersion?: number | undefined;
}

/** A directory that was checked, and that can be signed: the text, and the version in force that it was compared with. */
export interface Proposal {
  /** Exactly what is signed. */
  readonly text: string;
  readonly content: DirectoryContent;
  readonly hash: Hash;
  /** The version in force, its signatures verified; undefined where this is the first. */
  readonly before: Directory | undefined;
  /** Whether it says that others may sign directories from now on: other keys, names of keys, or another threshold. */
  readonly changesRoot: boolean;
}

/** The version in force, verified. Throws `directory-*`; `directory-rolled-back` also where none is shown any more. */
export function readCurrent({ current, pinnedRoot, seenVersion = 0 }: Known): Directory | undefined {
  const directory = current === undefined ? undefined : verifyDirectory(current, pinnedRoot);
  if ((directory?.content.version ?? 0) < seenVersion) {
    throw new WhistleError("directory-rolled-back");
  }
  return directory;
}

/**
 * What a holder is about to sign, checked on this device: the server that hands it out may be hostile, and so may the
 * "version in force" that it shows beside it. Throws `directory-malformed`, `directory-root-mismatch`,
 * `directory-under-signed`, `directory-rolled-back`, `directory-not-next` (not the one that follows the version in force).
 */
export function readProposal(text: string, known: Known): Proposal {
  const before = readCurrent(known);
  const { fingerprint, content } = parseDirectoryText(text);
  if (hex(rootFingerprint(content.root)) !== fingerprint) {
    throw new WhistleError("directory-root-mismatch");
  }
  const previous = before?.hash ?? "0".repeat(64);
  if (content.version !== (before?.content.version ?? 0) + 1 || content.previous !== previous) {
    throw new WhistleError("directory-not-next");
  }
  if (before === undefined && known.pinnedRoot !== undefined && known.pinnedRoot !== fingerprint) {
    throw new WhistleError("directory-root-mismatch"); // nobody signed for another root than that of the ceremony
  }
  const changesRoot = before !== undefined && rootText(before.content.root) !== rootText(content.root);
  return { text, content, hash: directoryHash(text), before, changesRoot };
}

/** The fingerprint leaves out the names of the keys, which signatures carry: a renamed key is a change, too. */
function rootText(root: Root): string {
  return JSON.stringify([root.threshold, root.keys.map(({ name, key }) => [base64url(key), name]).sort()]);
}

/**
 * One signed-note signature line over a checked proposal. Throws `key-not-in-root` (this key signs nothing there) and
 * `root-change-untold` where the proposal changes who may sign and nobody has said that they know.
 */
export function signProposal(proposal: Proposal, root: RootKey, told: { readonly rootChange: boolean }): string {
  if (proposal.changesRoot && !told.rootChange) {
    throw new WhistleError("root-change-untold");
  }
  const own = base64url(root.key.publicKey);
  if (!proposal.content.root.keys.some((k) => k.name === root.name && base64url(k.key) === own)) {
    throw new WhistleError("key-not-in-root");
  }
  return signNote(proposal.text, root.name, root.key);
}

/** The root fingerprint of the keys that a ceremony sends: what is shown and pinned is never what the server answers. */
export function ceremonyRoot(request: { readonly threshold: number; readonly keys: Root["keys"] }): Hash {
  return hex(rootFingerprint({ threshold: request.threshold, keys: request.keys }));
}

/** The root fingerprint of a ceremony's keys, in hex groups of four for reading aloud; never as words: words are receipts. */
export function fingerprintGroups(root: Hash): string[] {
  return root.match(/.{4}/g) ?? [];
}

function fromStart(file: Uint8Array, text: string): boolean {
  try {
    return fromUtf8(file.subarray(0, utf8(text).length)) === text;
  } catch {
    return false;
  }
}

