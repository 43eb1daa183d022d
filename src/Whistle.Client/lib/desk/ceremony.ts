import { Decrypter, Encrypter } from "age-encryption";
import { base64, base64url, concat, fromBase64, fromUtf8, hex, utf8 } from "../bytes.ts";
import { directoryHash, parseDirectoryText, rootFingerprint, type DirectoryText } from "../directory.ts";
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

export interface ToSign {
  readonly text: string;
  readonly parsed: DirectoryText;
  readonly hash: Hash;
}

/**
 * What a holder is about to sign, checked: form, own root, and that this key is one of its keys. Throws
 * `directory-malformed`, `directory-root-mismatch` (also where the pinned root is another), `key-not-in-root`.
 */
export function readProposal(text: string, root: RootKey, pinnedRoot?: Hash): ToSign {
  const parsed = parseDirectoryText(text);
  const fingerprint = hex(rootFingerprint(parsed.content.root));
  if (fingerprint !== parsed.fingerprint || (pinnedRoot !== undefined && pinnedRoot !== fingerprint)) {
    throw new WhistleError("directory-root-mismatch");
  }
  const own = base64url(root.key.publicKey);
  if (!parsed.content.root.keys.some((k) => k.name === root.name && base64url(k.key) === own)) {
    throw new WhistleError("key-not-in-root");
  }
  return { text, parsed, hash: directoryHash(text) };
}

/** One signed-note signature line over the directory's text. Throws as `readProposal`. */
export function signDirectory(text: string, root: RootKey, pinnedRoot?: Hash): string {
  return signNote(readProposal(text, root, pinnedRoot).text, root.name, root.key);
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

