import type { HybridIdentity } from "./age.ts";
import type { Random } from "./random.ts";
import { messageSizes, openJson, sealJson } from "./sealed.ts";
import * as shape from "./shape.ts";
import { signObject, verifyObject, type SigningKey } from "./sign.ts";

// SPEC 5.4. One stanza: a note never reaches a source.

const noteShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  id: shape.id,
  author: shape.id,
  day: shape.count,
  text: shape.text(),
  mentions: shape.list(shape.id, 64),
  sig: shape.text(100),
});

export type Note = ReturnType<typeof noteShape>;

/** Throws `text-too-long`. */
export function sealNote(note: Omit<Note, "sig" | "v">, recipient: Uint8Array, root: Uint8Array, key: SigningKey, random: Random): Uint8Array {
  return sealJson(signObject("note", root, { v: 1, ...note }, key), messageSizes, [recipient], 1, random);
}

/** Throws `sealed-unreadable`, `note-malformed`. */
export function openNote(file: Uint8Array, identity: HybridIdentity): Note {
  return shape.read(noteShape, openJson(file, identity, messageSizes, 1), "note-malformed");
}

/** Throws `signature-invalid`. */
export function verifyNote(note: Note, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject("note", root, { ...note }, publicKey);
}
