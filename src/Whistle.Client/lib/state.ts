import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { base64url, concat, fromHex } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import { canonical, pad, parseCanonical, unpad } from "./jcs.ts";
import type { Random } from "./random.ts";
import * as shape from "./shape.ts";
import { maxNamed, type Id } from "./types.ts";

// SPEC 5.7. What a source's device must remember without remembering: written once with the tip.

const plaintextSize = 4096;
export const stateSize = 24 + plaintextSize + 16;

const stateShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  recipient: shape.bytes(1216),
  root: shape.hash,
  directory: shape.hash,
  version: shape.count,
  channel: shape.id,
  copy: shape.oneOf("kept", "none"),
  readers: shape.list(shape.text(80), 16),
  excluded: shape.list(shape.text(80), maxNamed),
});

export type SourceState = ReturnType<typeof stateShape>;

export function sealState(state: Omit<SourceState, "v">, stateKey: Uint8Array, mailboxId: Id, random: Random): Uint8Array {
  const nonce = random(24);
  const text = canonical({ v: 1, ...state, recipient: base64url(state.recipient) });
  return concat(nonce, xchacha20poly1305(stateKey, nonce, fromHex(mailboxId, 16)).encrypt(pad(text, plaintextSize)));
}

/** Throws `state-missing` for an empty one, `state-invalid` for anything that these words did not write. */
export function openState(file: Uint8Array, stateKey: Uint8Array, mailboxId: Id): SourceState {
  if (file.length === 0) {
    throw new WhistleError("state-missing");
  }
  try {
    if (file.length !== stateSize) {
      throw new WhistleError("state-invalid");
    }
    const plaintext = xchacha20poly1305(stateKey, file.subarray(0, 24), fromHex(mailboxId, 16)).decrypt(file.subarray(24));
    return stateShape(parseCanonical(unpad(plaintext)));
  } catch {
    throw new WhistleError("state-invalid");
  }
}
