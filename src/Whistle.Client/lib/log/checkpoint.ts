import { base64, concat, equal, fromBase64, h, readU64, utf8 } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import { verify } from "../sign.ts";
import { parseNote, verifiedKeys, type NoteKey, type SignedNote } from "../signedNote.ts";
import { emptyRoot } from "./tree.ts";

// C2SP tlog-checkpoint and tlog-cosignature (Ed25519).

/** A tree head: how many leaves a log has, and their root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface SignedCheckpoint extends Checkpoint {
  readonly note: SignedNote;
  /** The text, byte for byte, as it is kept in proofs. */
  readonly text: string;
}

/** The log's signature is checked, cosignatures are not. Throws `checkpoint-malformed`, `checkpoint-origin`, `checkpoint-unsigned`. */
export function verifyCheckpoint(text: string, log: NoteKey): SignedCheckpoint {
  let note: SignedNote;
  try {
    note = parseNote(text);
  } catch {
    throw new WhistleError("checkpoint-malformed");
  }
  const checkpoint = readCheckpoint(note.text);
  if (checkpoint === undefined) {
    throw new WhistleError("checkpoint-malformed");
  }
  if (checkpoint.origin !== log.name) {
    throw new WhistleError("checkpoint-origin");
  }
  let signed: boolean;
  try {
    signed = verifiedKeys(note, [log]).length === 1;
  } catch {
    signed = false;
  }
  if (!signed) {
    throw new WhistleError("checkpoint-unsigned");
  }
  return { ...checkpoint, note, text };
}

/** The three lines, in their one spelling; undefined for any other text. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const [origin, sizeText, rootText, end, ...more] = text.split("\n");
  if (origin === undefined || origin === "" || sizeText === undefined || rootText === undefined || end !== "" || more.length > 0) {
    return undefined;
  }
  const size = Number(sizeText);
  const root = readHash(rootText);
  if (!Number.isSafeInteger(size) || String(size) !== sizeText || size < 0 || root === undefined || (size === 0 && !equal(root, emptyRoot))) {
    return undefined;
  }
  return { origin, size, root };
}

/** A hash as the log's texts write it, in its one spelling; undefined for any other text. */
export function readHash(text: string): Uint8Array | undefined {
  try {
    const bytes = fromBase64(text);
    return bytes.length === 32 && base64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** When this witness cosigned, in seconds since 1970; undefined where it did not. */
export function cosignedAt(note: SignedNote, witness: NoteKey): number | undefined {
  for (const { name, keyHash, signature } of note.signatures) {
    if (name !== witness.name || signature.length !== 72 || !equal(keyHash, cosignerHash(witness))) {
      continue;
    }
    let time: number;
    try {
      time = readU64(signature, 0);
    } catch {
      continue; // beyond 2^53 seconds: no time of ours
    }
    if (time > 0 && verify(witness.key, utf8(`cosignature/v1\ntime ${time}\n${note.text}`), signature.slice(8))) {
      return time;
    }
  }
  return undefined;
}

/** `H(name || "\n" || 0x04 || key)[:4]`: 0x04 is an Ed25519 cosignature. */
export function cosignerHash({ name, key }: NoteKey): Uint8Array {
  return h(concat(utf8(`${name}\n\u0004`), key)).slice(0, 4);
}
