import { ed25519 } from "@noble/curves/ed25519.js";
import { base64, concat, equal, fromBase64, h, hex, utf8 } from "../../lib/bytes.ts";
import { WhistleError } from "../../lib/errors.ts";

/**
 * The public half of a root key as a holder hands it over: the verifier key of C2SP signed-note,
 * `<name>+<hash>+<base64(0x01 || key)>`, which any signed-note tool prints and reads.
 */
export interface PublicKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
}

const ed25519Algorithm = 1;

/** `H(name || "\n" || 0x01 || key)[:4]` in hex. */
function keyHash({ name, publicKey }: PublicKey): string {
  return hex(h(utf8(`${name}\n`), Uint8Array.of(ed25519Algorithm), publicKey).slice(0, 4));
}

export function encodePublic(key: PublicKey): string {
  return `${key.name}+${keyHash(key)}+${base64(concat(Uint8Array.of(ed25519Algorithm), key.publicKey))}`;
}

/** Throws `root-key-malformed`. */
export function decodePublic(text: string): PublicKey {
  const [, name = "", hash = "", encoded = ""] = /^([^\s+]{1,100})\+([0-9a-f]{8})\+(\S+)$/u.exec(text.trim()) ?? [];
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    throw new WhistleError("root-key-malformed");
  }
  const key = { name, publicKey: bytes.slice(1) };
  if (bytes.length !== 33 || bytes[0] !== ed25519Algorithm || keyHash(key) !== hash || !isPoint(key.publicKey)) {
    throw new WhistleError("root-key-malformed");
  }
  return key;
}

/** A key name from what a person typed: signed-note names hold no white space and no plus sign. */
export function keyNameOf(typed: string): string {
  return typed.trim().toLowerCase().replace(/[\s+]+/gu, "-");
}

function isPoint(publicKey: Uint8Array): boolean {
  try {
    return equal(ed25519.Point.fromBytes(publicKey).toBytes(), publicKey);
  } catch {
    return false; // no curve point
  }
}
