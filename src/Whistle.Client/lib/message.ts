import { encodeRecipient, type HybridIdentity } from "./age.ts";
import { base64url, h, hex } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import type { JsonObject } from "./jcs.ts";
import { checkAsking, maxQuestions, teamQuestionShape } from "./questions.ts";
import type { Random } from "./random.ts";
import { messageSizes, openJson, sealJson } from "./sealed.ts";
import * as shape from "./shape.ts";
import { signObject, verifyObject, type SigningKey } from "./sign.ts";
import { maxNamed, type Hash } from "./types.ts";
import { directionShape } from "./wire.ts";

// SPEC 5.3.

export const noHash: Hash = "0".repeat(64);
const stanzas = 2;

export const answerShape = shape.object({ q: shape.text(64), values: shape.list(shape.text(), 200) });
export const fileShape = shape.object({
  id: shape.id,
  name: shape.text(255),
  type: shape.text(127),
  size: shape.count,
  file: shape.hash,
  cipher: shape.hash,
});
const sourceShape = shape.object({
  mailbox: shape.text(64),
  signing: shape.text(64),
  reply: shape.text(2048),
  contentBlind: shape.text(64),
  readers: shape.list(shape.text(80), 16),
  excluded: shape.list(shape.text(80), maxNamed),
});
const messageShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  dir: directionShape,
  seq: shape.count,
  prev: shape.hash,
  seen: shape.object({ seq: shape.count, hash: shape.hash }),
  day: shape.day,
  lang: shape.text(35),
  signer: shape.text(64),
  directory: shape.hash,
  body: shape.object({
    kind: shape.oneOf("report", "text", "reader", "transcript"),
    text: shape.text(),
    answers: shape.list(answerShape, 200),
    questions: shape.optional(shape.list(teamQuestionShape, maxQuestions, 1)),
    about: shape.optional(shape.object({ seq: shape.count, hash: shape.hash })),
  }),
  attachments: shape.list(fileShape, 64),
  source: shape.optional(sourceShape),
  sig: shape.text(100),
});

export type Message = ReturnType<typeof messageShape>;
export type MessageFile = Message["attachments"][number];
export type SourceMember = NonNullable<Message["source"]>;

/** What the first message says of the source, in the wire's form. */
export function sourceMember(keys: {
  readonly mailbox: Uint8Array;
  readonly signing: Uint8Array;
  readonly reply: Uint8Array;
  readonly contentBlind: Uint8Array;
  readonly readers: readonly string[];
  readonly excluded: readonly string[];
}): SourceMember {
  return {
    mailbox: base64url(keys.mailbox),
    signing: base64url(keys.signing),
    reply: encodeRecipient(keys.reply),
    contentBlind: base64url(keys.contentBlind),
    readers: keys.readers,
    excluded: keys.excluded,
  };
}

/**
 * Signs and seals with exactly two stanzas: the case and, where the source shall read it, its reply recipient,
 * else a throwaway, so that nobody sees which. Throws `text-too-long`.
 */
export function sealMessage(
  message: Omit<Message, "sig" | "v">,
  to: { readonly recipient: Uint8Array; readonly reply: Uint8Array | undefined },
  root: Uint8Array,
  key: SigningKey,
  random: Random,
): Uint8Array {
  const signed = signObject("msg", root, { v: 1, ...message } satisfies JsonObject, key);
  const recipients = to.reply === undefined ? [to.recipient] : [to.recipient, to.reply];
  return sealJson(signed, messageSizes, recipients, stanzas, random);
}

/** Throws `sealed-unreadable`, `message-malformed`. The signature is checked by `verifyMessage`. */
export function openMessage(file: Uint8Array, identity: HybridIdentity): Message {
  const message = shape.read(messageShape, openJson(file, identity, messageSizes, stanzas), "message-malformed");
  const first = message.dir === "source" && message.seq === 1;
  if (first !== (message.source !== undefined)) {
    throw new WhistleError("message-malformed");
  }
  checkAsking(message.dir, message.body);
  return message;
}

/** Throws `signature-invalid`. */
export function verifyMessage(message: Message, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject("msg", root, { ...message }, publicKey);
}

export function ciphertextHash(ciphertext: Uint8Array): Hash {
  return hex(h(ciphertext));
}
