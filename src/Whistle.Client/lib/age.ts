import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { bech32Decode, bech32Encode } from "./bech32.ts";
import { base64NoPad, concat, equal, fromBase64NoPad, h, hex, utf8 } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import { shuffle, type Random } from "./random.ts";
import type { Id } from "./types.ts";

// age v1 (C2SP age.md) with `mlkem768x25519` stanzas only, over noble's primitives.
//
// Not the package `age-encryption`, which the tests use as the other side: it brings P-256, scrypt and WebAuthn
// into a page that many open through Tor (15 kB gzip more), draws its own randomness, and encrypts in one go,
// which freezes a page without JIT for seconds.

const stanzaType = "mlkem768x25519";
const chunk = 65536;
const tag = 16;

/** An opened hybrid identity: the 32-byte seed and what X-Wing expands it to. Secret. */
export interface HybridIdentity {
  readonly seed: Uint8Array;
  /** X-Wing public key, 1216 bytes. */
  readonly recipient: Uint8Array;
  readonly kemSecret: Uint8Array;
  readonly curveSecret: Uint8Array;
}

/** X-Wing key generation from its seed: SHAKE-256 to the ML-KEM seed (64 bytes) and the X25519 scalar (32). */
export function identityFromSeed(seed: Uint8Array): HybridIdentity {
  if (seed.length !== 32) {
    throw new WhistleError("out-of-range");
  }
  const expanded = shake256(seed, { dkLen: 96 });
  const kem = ml_kem768.keygen(expanded.slice(0, 64));
  const curveSecret = expanded.slice(64);
  return { seed, recipient: concat(kem.publicKey, x25519.getPublicKey(curveSecret)), kemSecret: kem.secretKey, curveSecret };
}

export function newIdentity(random: Random): HybridIdentity {
  return identityFromSeed(random(32));
}

/** `AGE-SECRET-KEY-PQ-1…`, 77 characters. */
export function encodeIdentity(identity: { readonly seed: Uint8Array }): string {
  return bech32Encode("age-secret-key-pq-", identity.seed).toUpperCase();
}

/** Throws `identity-malformed`. */
export function decodeIdentity(text: string): HybridIdentity {
  const bytes = text === text.toUpperCase() ? bech32Decode("age-secret-key-pq-", text.toLowerCase()) : undefined;
  if (bytes?.length !== 32) {
    throw new WhistleError("identity-malformed");
  }
  return identityFromSeed(bytes);
}

/** `age1pq1…` of 1216 bytes. */
export function encodeRecipient(recipient: Uint8Array): string {
  return bech32Encode("age1pq", recipient);
}

/** Throws `recipient-malformed`. */
export function decodeRecipient(text: string): Uint8Array {
  const bytes = bech32Decode("age1pq", text);
  if (bytes?.length !== 1216) {
    throw new WhistleError("recipient-malformed");
  }
  return bytes;
}

/** `H("whistle/recipient/v1" || 1216 bytes)[:16]` as an id (SPEC 2). */
export function keyFingerprint(recipient: Uint8Array): Id {
  return hex(h(utf8("whistle/recipient/v1"), recipient).slice(0, 16));
}

/** Bytes of a file with that many hybrid stanzas over n bytes of plaintext (SPEC 2). */
export function fileSize(stanzas: number, n: number): number {
  return 22 + 1557 * stanzas + 48 + 16 + n + tag * Math.max(1, Math.ceil(n / chunk));
}

interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
}
interface Header {
  readonly stanzas: readonly Stanza[];
  /** Everything up to and including `---`. */
  readonly maced: Uint8Array;
  readonly mac: Uint8Array;
  readonly length: number;
}

/** The types of a file's stanzas, in order. Throws `age-malformed`. */
export function stanzaTypes(file: Uint8Array): string[] {
  return parseHeader(file).stanzas.map((stanza) => stanza.type);
}

/** Whether a file has exactly n hybrid stanzas and nothing else. */
export function hasExactly(file: Uint8Array, n: number): boolean {
  try {
    const types = stanzaTypes(file);
    return types.length === n && types.every((type) => type === stanzaType);
  } catch {
    return false;
  }
}

/** The recipients filled up with throwaways to exactly n, shuffled (SPEC 2). */
function exactly(recipients: readonly Uint8Array[], n: number, random: Random): Uint8Array[] {
  if (recipients.length > n) {
    throw new WhistleError("too-many-recipients");
  }
  const throwaways = Array.from({ length: n - recipients.length }, () => newIdentity(random).recipient);
  return shuffle([...recipients, ...throwaways], random);
}

/**
 * Seals to these recipients and as many throwaways as make exactly n stanzas.
 * Randomness, in order: throwaway seeds (32 each), the shuffle, the file key (16), per stanza the X-Wing seed (64),
 * the payload nonce (16).
 */
export function seal(plaintext: Uint8Array, recipients: readonly Uint8Array[], n: number, random: Random): Uint8Array {
  const { head, key } = sealHead(recipients, n, random);
  const parts = [head];
  forEachChunk(plaintext.length, chunk, (at, end, last, i) => {
    parts.push(chacha20poly1305(key, streamNonce(i, last)).encrypt(plaintext.subarray(at, end)));
  });
  return concat(...parts);
}

/** As `seal`, chunk by chunk, giving the page time in between. `plaintext(at, end)` reads a piece of the input. */
export async function sealInPieces(
  plaintext: { readonly size: number; read(at: number, end: number): Promise<Uint8Array> },
  recipients: readonly Uint8Array[],
  n: number,
  random: Random,
  pause: (done: number) => Promise<void>,
): Promise<Uint8Array> {
  const { head, key } = sealHead(recipients, n, random);
  const result = new Uint8Array(fileSize(n, plaintext.size));
  result.set(head);
  let to = head.length;
  for (const [at, end, last, i] of chunks(plaintext.size, chunk)) {
    const sealed = chacha20poly1305(key, streamNonce(i, last)).encrypt(await plaintext.read(at, end));
    result.set(sealed, to);
    to += sealed.length;
    await pause(end / Math.max(1, plaintext.size));
  }
  return result;
}

/** The plaintext, or `age-no-match` where no stanza is for this identity, or `age-malformed` for anything else. */
export function open(file: Uint8Array, identity: HybridIdentity): Uint8Array {
  const { key, at } = openHead(file, identity);
  const parts: Uint8Array[] = [];
  forEachChunk(file.length - at, chunk + tag, (from, to, last, i) => {
    parts.push(openChunk(key, file.subarray(at + from, at + to), i, last));
  });
  return concat(...parts);
}

/** As `open`, giving the page time between chunks. */
export async function openInPieces(file: Uint8Array, identity: HybridIdentity, pause: (done: number) => Promise<void>): Promise<Uint8Array> {
  const { key, at } = openHead(file, identity);
  const parts: Uint8Array[] = [];
  for (const [from, to, last, i] of chunks(file.length - at, chunk + tag)) {
    parts.push(openChunk(key, file.subarray(at + from, at + to), i, last));
    await pause(to / (file.length - at));
  }
  return concat(...parts);
}

/** As `open`, but undefined where the file is not for this identity: the common case for a stream blob. */
export function tryOpen(file: Uint8Array, identity: HybridIdentity): Uint8Array | undefined {
  try {
    return open(file, identity);
  } catch {
    return undefined;
  }
}

function sealHead(recipients: readonly Uint8Array[], n: number, random: Random): { head: Uint8Array; key: Uint8Array } {
  const all = exactly(recipients, n, random);
  const fileKey = random(16);
  const lines = ["age-encryption.org/v1\n"];
  for (const recipient of all) {
    const { share, body } = wrap(fileKey, recipient, random(64));
    lines.push(`-> ${stanzaType} ${base64NoPad(share)}\n${base64NoPad(body)}\n`);
  }
  lines.push("---");
  const maced = utf8(lines.join(""));
  const nonce = random(16);
  return { head: concat(maced, utf8(` ${base64NoPad(headerMac(fileKey, maced))}\n`), nonce), key: payloadKey(fileKey, nonce) };
}

function openHead(file: Uint8Array, identity: HybridIdentity): { key: Uint8Array; at: number } {
  const header = parseHeader(file);
  for (const stanza of header.stanzas) {
    if (stanza.type === stanzaType) {
      const fileKey = unwrap(stanza, identity);
      if (fileKey !== undefined) {
        if (!equal(headerMac(fileKey, header.maced), header.mac) || file.length < header.length + 16 + tag) {
          throw new WhistleError("age-malformed");
        }
        const at = header.length + 16;
        return { key: payloadKey(fileKey, file.subarray(header.length, at)), at };
      }
    }
  }
  throw new WhistleError("age-no-match");
}

function headerMac(fileKey: Uint8Array, maced: Uint8Array): Uint8Array {
  return hmac(sha256, expand(sha256, extract(sha256, fileKey), utf8("header"), 32), maced);
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return expand(sha256, extract(sha256, fileKey, nonce), utf8("payload"), 32);
}

// Stanzas

function wrap(fileKey: Uint8Array, recipient: Uint8Array, seed: Uint8Array): { share: Uint8Array; body: Uint8Array } {
  const curvePublic = recipient.subarray(1184);
  const kem = ml_kem768.encapsulate(recipient.slice(0, 1184), seed.slice(0, 32));
  const ephemeral = seed.slice(32, 64);
  const curveShare = x25519.getPublicKey(ephemeral);
  const shared = combine(kem.sharedSecret, x25519.scalarMult(ephemeral, curvePublic), curveShare, curvePublic);
  const { key, nonce } = hpke(shared);
  return { share: concat(kem.cipherText, curveShare), body: chacha20poly1305(key, nonce).encrypt(fileKey) };
}

function unwrap({ args, body }: Stanza, identity: HybridIdentity): Uint8Array | undefined {
  const share = args.length === 1 ? decode64(args[0] as string) : undefined;
  if (share?.length !== 1120 || body.length !== 32) {
    throw new WhistleError("age-malformed");
  }
  const curveShare = share.slice(1088);
  const kemSecret = ml_kem768.decapsulate(share.slice(0, 1088), identity.kemSecret);
  let curveSecret: Uint8Array;
  try {
    curveSecret = x25519.scalarMult(identity.curveSecret, curveShare);
  } catch {
    throw new WhistleError("age-malformed"); // a low-order point
  }
  const { key, nonce } = hpke(combine(kemSecret, curveSecret, curveShare, identity.recipient.subarray(1184)));
  try {
    return chacha20poly1305(key, nonce).decrypt(body);
  } catch {
    return undefined; // for somebody else
  }
}

/** X-Wing's combiner (draft-connolly-cfrg-xwing-kem section 5.3). */
function combine(kem: Uint8Array, curve: Uint8Array, share: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return sha3_256(concat(kem, curve, share, publicKey, utf8("\\.//^\\")));
}

/** HPKE base mode (RFC 9180) for X-Wing (0x647a), HKDF-SHA256 (1), ChaCha20-Poly1305 (3) and age's info string. */
const suite = concat(utf8("HPKE"), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 3));
let context: Uint8Array | undefined;

function hpke(shared: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const none = new Uint8Array(0);
  const labeled = (salt: Uint8Array | undefined, label: string, ikm: Uint8Array) =>
    extract(sha256, concat(utf8("HPKE-v1"), suite, utf8(label), ikm), salt);
  context ??= concat(
    Uint8Array.of(0),
    labeled(undefined, "psk_id_hash", none),
    labeled(undefined, "info_hash", utf8("age-encryption.org/mlkem768x25519")),
  );
  const secret = labeled(shared, "secret", none);
  const derive = (label: string, length: number) =>
    expand(sha256, secret, concat(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), context ?? none), length);
  return { key: derive("key", 32), nonce: derive("base_nonce", 12) };
}

// Payload

function streamNonce(counter: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, counter);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function openChunk(key: Uint8Array, sealed: Uint8Array, i: number, last: boolean): Uint8Array {
  let piece: Uint8Array;
  try {
    piece = chacha20poly1305(key, streamNonce(i, last)).decrypt(sealed);
  } catch {
    throw new WhistleError("age-malformed");
  }
  if (last && i > 0 && piece.length === 0) {
    throw new WhistleError("age-malformed"); // the last chunk is empty only where it is the first
  }
  return piece;
}

function* chunks(length: number, size: number): Generator<readonly [at: number, end: number, last: boolean, i: number]> {
  const count = Math.max(1, Math.ceil(length / size));
  for (let i = 0; i < count; i++) {
    yield [i * size, Math.min(length, (i + 1) * size), i === count - 1, i];
  }
}

function forEachChunk(length: number, size: number, act: (at: number, end: number, last: boolean, i: number) => void): void {
  for (const [at, end, last, i] of chunks(length, size)) {
    act(at, end, last, i);
  }
}

// Header

function decode64(text: string): Uint8Array | undefined {
  try {
    return fromBase64NoPad(text);
  } catch {
    return undefined;
  }
}

/** Throws `age-malformed`. */
function parseHeader(file: Uint8Array): Header {
  let at = 0;
  const line = (): string => {
    const end = file.indexOf(0x0a, at);
    if (end < 0) {
      throw new WhistleError("age-malformed");
    }
    let result = "";
    for (const code of file.subarray(at, end)) {
      if (code < 32 || code > 126) {
        throw new WhistleError("age-malformed");
      }
      result += String.fromCharCode(code);
    }
    at = end + 1;
    return result;
  };
  const must = (bytes: Uint8Array | undefined): Uint8Array => {
    if (bytes === undefined) {
      throw new WhistleError("age-malformed");
    }
    return bytes;
  };

  if (line() !== "age-encryption.org/v1") {
    throw new WhistleError("age-malformed");
  }
  const stanzas: Stanza[] = [];
  for (;;) {
    const start = at;
    const [mark, type, ...args] = line().split(" ");
    if (mark === "---" && type !== undefined && args.length === 0 && stanzas.length > 0) {
      const mac = must(decode64(type));
      if (mac.length !== 32) {
        throw new WhistleError("age-malformed");
      }
      return { stanzas, maced: file.slice(0, start + 3), mac, length: at };
    }
    if (mark !== "->" || type === undefined || [type, ...args].includes("")) {
      throw new WhistleError("age-malformed");
    }
    const body: Uint8Array[] = [];
    for (;;) {
      const piece = must(decode64(line()));
      if (piece.length > 48) {
        throw new WhistleError("age-malformed");
      }
      body.push(piece);
      if (piece.length < 48) {
        break;
      }
    }
    stanzas.push({ type, args, body: concat(...body) });
  }
}
