import { hkdf as nobleHkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { WhistleError } from "./errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Strict: throws `not-utf8`, and keeps a byte order mark as a character. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WhistleError("not-utf8");
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Without early exit: its time says nothing about where two equally long values differ. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) {
    return false;
  }
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    difference |= (a[i] as number) ^ (b[i] as number);
  }
  return difference === 0;
}

/** Lexical order of bytes, for `sort`. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) {
      return difference;
    }
  }
  return a.length - b.length;
}

export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += byte.toString(16).padStart(2, "0");
  }
  return text;
}

/** Lower-case hexadecimal only; throws `not-hex`. */
export function fromHex(text: string, length?: number): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text) || (length !== undefined && text.length !== length * 2)) {
    throw new WhistleError("not-hex");
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

/** Standard alphabet with padding, as signed notes use it. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  // A spread of a large array would overflow the argument stack.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

/** Canonical only: re-encodes and compares (RFC 4648 section 3.5); throws `not-base64`. */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new WhistleError("not-base64");
  }
  if (btoa(binary) !== text) {
    throw new WhistleError("not-base64");
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}

export function base64NoPad(bytes: Uint8Array): string {
  return base64(bytes).replace(/=+$/, "");
}

export function fromBase64NoPad(text: string): Uint8Array {
  if (text.includes("=")) {
    throw new WhistleError("not-base64");
  }
  return fromBase64(text + "=".repeat((4 - (text.length % 4)) % 4));
}

/** Base64url without padding, the form of bytes in JSON (SPEC 1). */
export function base64url(bytes: Uint8Array): string {
  return base64NoPad(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

/** Canonical base64url; throws `not-base64`. */
export function fromBase64url(text: string, length?: number): Uint8Array {
  const bytes = decodeBase64url(text);
  if (length !== undefined && bytes.length !== length) {
    throw new WhistleError("not-base64");
  }
  return bytes;
}

/** By the engine where it can (ECMAScript 2026): a keyring has millions of octets. */
const native = (Uint8Array as { fromBase64?: (text: string, how: { alphabet: "base64url" }) => Uint8Array }).fromBase64;

function decodeBase64url(text: string): Uint8Array {
  if (native === undefined) {
    if (/[+/]/.test(text)) {
      throw new WhistleError("not-base64");
    }
    return fromBase64NoPad(text.replaceAll("-", "+").replaceAll("_", "/"));
  }
  try {
    const bytes = native(text, { alphabet: "base64url" });
    // It skips white space and takes padding, which make the text longer, and bits that nothing says, which stand in the last group.
    const rest = bytes.length % 3;
    if (text.length === Math.ceil((bytes.length * 4) / 3) && (rest === 0 || text.endsWith(base64url(bytes.subarray(-rest))))) {
      return bytes;
    }
  } catch {
    // told below
  }
  throw new WhistleError("not-base64");
}

export function u32(n: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

export function u64(n: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n));
  return bytes;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return view(bytes, at, 4).getUint32(0);
}

/** Throws `truncated` beyond 2^53-1, which no position or counter of ours reaches. */
export function readU64(bytes: Uint8Array, at: number): number {
  const value = view(bytes, at, 8).getBigUint64(0);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new WhistleError("truncated");
  }
  return Number(value);
}

function view(bytes: Uint8Array, at: number, length: number): DataView {
  if (at < 0 || at + length > bytes.length) {
    throw new WhistleError("truncated");
  }
  return new DataView(bytes.buffer, bytes.byteOffset + at, length);
}

/** `u32(length) || x` (SPEC 1). */
export function lp(x: Uint8Array): Uint8Array {
  return concat(u32(x.length), x);
}

/** Reads exactly `count` length-prefixed values, nothing before, between or after them. */
export function readLp(bytes: Uint8Array, count: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = readU32(bytes, at);
    at += 4;
    if (at + length > bytes.length) {
      throw new WhistleError("truncated");
    }
    parts.push(bytes.slice(at, at + length));
    at += length;
  }
  if (at !== bytes.length) {
    throw new WhistleError("trailing-bytes");
  }
  return parts;
}

/** SHA-256. */
export function h(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create();
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest();
}

/** HKDF-SHA256 with 32 bytes of output (SPEC 1). */
export function hkdf(ikm: Uint8Array, salt: string, info: string): Uint8Array {
  return nobleHkdf(sha256, ikm, utf8(salt), utf8(info), 32);
}

export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha256, key, message);
}

/** A fresh 16-byte id or hash in the form of SPEC 1. */
export function isHex(text: string, bytes: number): boolean {
  return text.length === bytes * 2 && /^[0-9a-f]*$/.test(text);
}
