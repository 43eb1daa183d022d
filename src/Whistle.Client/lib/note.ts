import type { HybridIdentity } from "./age.ts";
import { WhistleError } from "./errors.ts";
import { answerShape, fileShape } from "./message.ts";
import type { Random } from "./random.ts";
import { messageSizes, openJson, sealJson } from "./sealed.ts";
import * as shape from "./shape.ts";
import { signObject, verifyObject, type SigningKey } from "./sign.ts";

// SPEC 5.4. One stanza: a note never reaches a source. What it records, and that it records anything, is sealed with it.

const recordShape = shape.object({
  kind: shape.text(40),
  about: shape.optional(shape.id),
  fields: shape.list(answerShape, 64),
});

const noteShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  id: shape.id,
  author: shape.id,
  day: shape.day,
  text: shape.text(),
  mentions: shape.list(shape.id, 64),
  record: shape.optional(recordShape),
  attachments: shape.optional(shape.list(fileShape, 64, 1)),
  sig: shape.text(100),
});

export type Note = ReturnType<typeof noteShape>;
/** A task, an interview, evidence: what a note is more than a note (SPEC 5.4.1). */
export type NoteRecord = ReturnType<typeof recordShape>;

/** Throws `text-too-long`. */
export function sealNote(note: Omit<Note, "sig" | "v">, recipient: Uint8Array, root: Uint8Array, key: SigningKey, random: Random): Uint8Array {
  return sealJson(signObject("note", root, { v: 1, ...note }, key), messageSizes, [recipient], 1, random);
}

/** Throws `sealed-unreadable`, `note-malformed`. */
export function openNote(file: Uint8Array, identity: HybridIdentity): Note {
  const note = shape.read(noteShape, openJson(file, identity, messageSizes, 1), "note-malformed");
  const files = note.attachments ?? [];
  const { kind, fields } = note.record ?? { kind: "note", fields: [] };
  const holds =
    /^[a-z][a-z-]*$/.test(kind) &&
    new Set(fields.map((field) => field.q)).size === fields.length &&
    new Set(files.map((entry) => `${entry.id} ${entry.cipher}`)).size <= 1;
  if (!holds) {
    throw new WhistleError("note-malformed");
  }
  return note;
}

/** Throws `signature-invalid`. */
export function verifyNote(note: Note, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject("note", root, { ...note }, publicKey);
}
