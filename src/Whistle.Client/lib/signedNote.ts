import { base64, concat, equal, fromBase64, h, utf8 } from "./bytes.ts";
import { sign, verify, type SigningKey } from "./sign.ts";
import { WhistleError } from "./errors.ts";

// C2SP signed-note: a text, an empty line, and signature lines "— <name> <base64(key hash || signature)>".

export interface NoteSignature {
  readonly name: string;
  readonly keyHash: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** Includes its last line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteKey {
  readonly name: string;
  readonly key: Uint8Array;
}

/** Throws `note-malformed`. */
export function parseNote(note: string): SignedNote {
  const split = note.lastIndexOf("\n\n");
  // The specification allows no control characters but line feeds.
  if (split < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note) || /\p{Surrogate}/u.test(note)) {
    throw new WhistleError("note-malformed");
  }
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > 100) {
    throw new WhistleError("note-malformed");
  }
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/** Throws `note-malformed`. */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined) {
    throw new WhistleError("note-malformed");
  }
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    throw new WhistleError("note-malformed");
  }
  if (bytes.length < 5) {
    throw new WhistleError("note-malformed");
  }
  return { name, keyHash: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/**
 * The keys among `keys` that signed, each at most once. A signature of an unknown key is ignored; one that names
 * a known key and does not verify makes the whole note bad, as the specification asks: throws `note-malformed`.
 */
export function verifiedKeys(note: SignedNote, keys: readonly NoteKey[]): NoteKey[] {
  const message = utf8(note.text);
  const found = new Set<NoteKey>();
  for (const { name, keyHash, signature } of note.signatures) {
    const key = keys.find((k) => k.name === name && equal(noteKeyHash(k), keyHash));
    if (key !== undefined) {
      if (!verify(key.key, message, signature)) {
        throw new WhistleError("note-malformed");
      }
      found.add(key);
    }
  }
  return [...found];
}

/** One signature line over a note's text, without its line feed. */
export function signNote(text: string, name: string, key: SigningKey): string {
  if (!text.endsWith("\n") || !/^[^\s+]+$/u.test(name)) {
    throw new WhistleError("note-malformed");
  }
  return `— ${name} ${base64(concat(noteKeyHash({ name, key: key.publicKey }), sign(key, utf8(text))))}`;
}

export function joinNote(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** `H(name || "\n" || 0x01 || key)[:4]`: 0x01 is Ed25519. */
export function noteKeyHash({ name, key }: NoteKey): Uint8Array {
  return h(utf8(`${name}\n\u0001`), key).slice(0, 4);
}
