import { Decrypter, Encrypter } from "age-encryption";
import { base64url, fromUtf8, hex, utf8 } from "../bytes.ts";
import { directoryHash, parseDirectoryText, rootFingerprint, type DirectoryText } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import { canonical, parseCanonical, unpad } from "../jcs.ts";
import type { Random } from "../random.ts";
import * as shape from "../shape.ts";
import { signingKey, type SigningKey } from "../sign.ts";
import { signNote } from "../signedNote.ts";
import type { Hash } from "../types.ts";
import { newPassphrase } from "./passphrase.ts";

// The root ceremony, SPEC 6 and 14.7: each holder makes a key, keeps it as a file under a generated passphrase,
// and later signs a directory's text with it. The file is age with a passphrase (scrypt), so that `age -d` reads it.

export interface RootKey {
  /** Key name in signed notes: no white space, no `+`. */
  readonly name: string;
  readonly key: SigningKey;
}

const keyFileShape = shape.object({ v: shape.just(1), type: shape.oneOf("root-key"), name: shape.text(200), seed: shape.bytes(32) });

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
  const text = canonical({ v: 1, type: "root-key", name: root.name, seed: base64url(root.key.seed) });
  return { file: await encrypter.encrypt(text), passphrase };
}

/** Throws `passphrase-wrong`, `key-file-malformed`. */
export async function openRootKey(file: Uint8Array, passphrase: string): Promise<RootKey> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase.normalize("NFKC").toLowerCase().trim().split(/\s+/).join(" "));
  if (!fromStart(file, "age-encryption.org/v1\n-> scrypt ")) {
    throw new WhistleError("key-file-malformed");
  }
  let plaintext: Uint8Array;
  try {
    plaintext = await decrypter.decrypt(file, "uint8array");
  } catch {
    throw new WhistleError("passphrase-wrong");
  }
  try {
    const { name, seed } = keyFileShape(parseCanonical(unpad(plaintext)));
    return { name, key: signingKey(seed) };
  } catch {
    throw new WhistleError("key-file-malformed");
  }
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

