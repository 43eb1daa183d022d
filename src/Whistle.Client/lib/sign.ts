import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, h, utf8 } from "./bytes.ts";
import { canonical, type JsonObject } from "./jcs.ts";
import { base64url, fromBase64url } from "./bytes.ts";
import { WhistleError } from "./errors.ts";

/** An Ed25519 key pair, held as its 32-byte seed. */
export interface SigningKey {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

export function signingKey(seed: Uint8Array): SigningKey {
  return { seed, publicKey: ed25519.getPublicKey(seed) };
}

export function sign(key: SigningKey, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, key.seed);
}

/** RFC 8032 verification that refuses non-canonical and small-order keys; false for anything malformed. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return signature.length === 64 && ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // a key or signature that is no curve point
  }
}

/** Whether `verify` could ever take this key: a canonical point, not of small order. */
export function isPublicKey(key: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(key).isSmallOrder();
  } catch {
    return false;
  }
}

export type Label = "msg" | "sheet" | "note" | "grant" | "keyring" | "search-index" | "summary-propose" | "summary-approve" | "closing-propose" | "closing-approve" | "purge-propose" | "purge-approve" | "identity-request" | "identity-answer";

/** `label || root fingerprint || H(JCS without sig)` (SPEC 1). */
function input(label: Label, root: Uint8Array, unsigned: JsonObject): Uint8Array {
  return concat(utf8(`whistle/${label}/v1\0`), root, h(canonical(unsigned)));
}

/** The object with its member `sig`. */
export function signObject<T extends JsonObject>(label: Label, root: Uint8Array, unsigned: T, key: SigningKey): T & { readonly sig: string } {
  return { ...unsigned, sig: base64url(sign(key, input(label, root, unsigned))) };
}

/** Throws `signature-invalid`. */
export function verifyObject(label: Label, root: Uint8Array, signed: JsonObject, publicKey: Uint8Array): void {
  const { sig, ...unsigned } = signed;
  let signature: Uint8Array;
  try {
    signature = fromBase64url(typeof sig === "string" ? sig : "", 64);
  } catch {
    throw new WhistleError("signature-invalid");
  }
  if (!verify(publicKey, input(label, root, unsigned), signature)) {
    throw new WhistleError("signature-invalid");
  }
}
