import { base64url, concat, fromBase64url, h, hex, lp, readLp, u64, utf8 } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import { canonical, parseCanonical } from "./jcs.ts";
import type { Message } from "./message.ts";
import * as shape from "./shape.ts";
import { sign, verify, type SigningKey } from "./sign.ts";
import type { Hash } from "./types.ts";
import { objectRefShape } from "./wire.ts";

// SPEC 8.1, 8.2.

const manifestShape = shape.object({
  v: shape.just(1),
  origin: shape.text(300),
  directory: shape.hash,
  channel: shape.id,
  case: shape.id,
  access: shape.text(43),
  mailbox: shape.text(43),
  keyBlob: shape.hash,
  sheet: shape.hash,
  message: shape.hash,
  identity: shape.hash,
  state: shape.hash,
  attachments: shape.list(objectRefShape, 1),
  existence: shape.hash,
  content: shape.hash,
});

export type Manifest = ReturnType<typeof manifestShape>;

export interface SealedParts {
  readonly keyBlob: Uint8Array;
  readonly sheet: Uint8Array;
  readonly message: Uint8Array;
  readonly identity: Uint8Array;
  readonly state: Uint8Array;
}

export interface Submission extends SealedParts {
  /** JCS, the exact bytes. */
  readonly manifest: Uint8Array;
  readonly signature: Uint8Array;
}

/** `H("whistle/leaf/existence/v1" || existence-blind)`. */
export function existenceLeaf(existenceBlind: Uint8Array): Hash {
  return hex(h(utf8("whistle/leaf/existence/v1"), existenceBlind));
}

/** The leaf that later proves what was reported; recomputed by whoever opens the case first. */
export function contentLeaf(contentBlind: Uint8Array, message: Pick<Message, "case" | "body" | "attachments">): Hash {
  return hex(h(utf8("whistle/leaf/content/v1"), contentBlind, h(contentCopy(message))));
}

/** JCS of what the content leaf commits to: what "save a copy" stores, byte for byte. */
export function contentCopy(message: Pick<Message, "case" | "body" | "attachments">): Uint8Array {
  const attachments = message.attachments.map(({ name, size, file }) => ({ name, size, file }));
  return canonical({ case: message.case, body: message.body, attachments });
}

export function buildSubmission(
  about: Omit<Manifest, "v" | "mailbox" | keyof SealedParts>,
  parts: SealedParts,
  mailboxAuth: SigningKey,
): Submission {
  const hash = (bytes: Uint8Array) => hex(h(bytes));
  const manifest = canonical({
    v: 1,
    ...about,
    attachments: about.attachments.map(({ id, cipher, size }) => ({ id, cipher, size })),
    mailbox: base64url(mailboxAuth.publicKey),
    keyBlob: hash(parts.keyBlob),
    sheet: hash(parts.sheet),
    message: hash(parts.message),
    identity: hash(parts.identity),
    state: hash(parts.state),
  });
  return { ...parts, manifest, signature: sign(mailboxAuth, manifestInput(about.origin, manifest)) };
}

/** Throws `manifest-malformed`. */
export function parseManifest(bytes: Uint8Array): Manifest {
  try {
    return manifestShape(parseCanonical(bytes));
  } catch {
    throw new WhistleError("manifest-malformed");
  }
}

/** The body of `POST /api/source/tips`. */
export function encodeBody({ manifest, signature, keyBlob, sheet, message, identity, state }: Submission, nonce: Uint8Array, counter: number): Uint8Array {
  return concat(...[manifest, signature, concat(nonce, u64(counter)), keyBlob, sheet, message, identity, state].map(lp));
}

/** Reads and checks a body as a server does (but proof of work). Throws `body-malformed`, `manifest-malformed`, `hash-mismatch`, `signature-invalid`. */
export function decodeBody(body: Uint8Array): { readonly manifest: Manifest; readonly pow: Uint8Array; readonly submission: Submission } {
  let parts: Uint8Array[];
  try {
    parts = readLp(body, 8);
  } catch {
    throw new WhistleError("body-malformed");
  }
  const [manifestBytes, signature, pow, keyBlob, sheet, message, identity, state] = parts as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const manifest = parseManifest(manifestBytes);
  const sealed: SealedParts = { keyBlob, sheet, message, identity, state };
  for (const name of ["keyBlob", "sheet", "message", "identity", "state"] as const) {
    if (hex(h(sealed[name])) !== manifest[name]) {
      throw new WhistleError("hash-mismatch");
    }
  }
  if (pow.length !== 64 || !verify(fromBase64url(manifest.mailbox, 32), manifestInput(manifest.origin, manifestBytes), signature)) {
    throw new WhistleError("signature-invalid");
  }
  return { manifest, pow, submission: { manifest: manifestBytes, signature, ...sealed } };
}

function manifestInput(origin: string, manifest: Uint8Array): Uint8Array {
  return concat(utf8("whistle/tip/v1\0"), lp(utf8(origin)), h(manifest));
}
