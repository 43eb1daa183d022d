import { base64url, fromUtf8 } from "./bytes.ts";
import { http, type HttpOptions } from "./http.ts";
import * as shape from "./shape.ts";
import type { Hash, Id, ObjectRef } from "./types.ts";
import { clockMembers, messageMembers, stateShape, uploadShape } from "./wire.ts";

// SPEC 13. No cookie, no referrer, no cache: a source leaves nothing behind.

const challengeShape = shape.object({ nonce: shape.bytes(56), bits: shape.count, seconds: shape.count });
const sessionShape = shape.object({ token: shape.text(512), seconds: shape.count });
const sentShape = shape.object({ seq: shape.count, hash: shape.hash });
const mailboxShape = shape.object({
  state: shape.bytes(),
  promise: shape.text(16384),
  case: shape.object({ id: shape.id, channel: shape.id, state: stateShape, ...clockMembers, opened: shape.oneOf("yes", "no") }),
  messages: shape.list(shape.object(messageMembers), 4096),
  proofs: shape.list(shape.object({ leaf: shape.hash, proof: shape.text(65536) }), 2),
  purges: shape.list(shape.object({ proposal: shape.text(2048), approval: shape.text(2048) }), 4096),
});

export type Challenge = ReturnType<typeof challengeShape>;
export type MailboxAnswer = ReturnType<typeof mailboxShape>;
export type MailboxCase = MailboxAnswer["case"];
export type MailboxMessage = MailboxAnswer["messages"][number];

type Signal = AbortSignal | undefined;

export interface SourceApi {
  directory(signal?: Signal): Promise<string>;
  /** Any published version by its hash; `not-found`. Nothing about it is checked. */
  earlierDirectory(hash: Hash, signal?: Signal): Promise<string>;
  document(hash: Hash, signal?: Signal): Promise<Uint8Array>;
  challenge(purpose: "tip" | "mailbox", signal?: Signal): Promise<Challenge>;
  upload(request: { id: Id; size: number; nonce: Uint8Array; counter: number }, signal?: Signal): Promise<{ readonly parts: number }>;
  part(id: Id, n: number, bytes: Uint8Array, signal?: Signal): Promise<void>;
  /** The promise (8.4); `again` where the server had this very manifest already. */
  tip(body: Uint8Array, signal?: Signal): Promise<{ readonly promise: string; readonly again: boolean }>;
  session(request: { mailbox: Uint8Array; nonce: Uint8Array; signature: Uint8Array }, signal?: Signal): Promise<{ readonly token: string; readonly seconds: number }>;
  mailbox(token: string, signal?: Signal): Promise<MailboxAnswer>;
  message(token: string, request: { seq: number; ciphertext: Uint8Array; attachments: readonly ObjectRef[] }, signal?: Signal): Promise<{ readonly seq: number; readonly hash: Hash }>;
  seen(token: string, seq: number, signal?: Signal): Promise<void>;
  attachment(token: string, id: Id, signal?: Signal): Promise<Uint8Array>;
  burn(token: string, signal?: Signal): Promise<void>;
  /** A static resource of the log, for instance `tile/0/000` (SPEC 16). Nothing about it is checked. */
  log(path: string, signal?: Signal): Promise<Uint8Array>;
}

export function sourceApi(options: Partial<Pick<HttpOptions, "base" | "fetch">> = {}): SourceApi {
  const server = http({ base: options.base ?? "", credentials: "omit", fetch: options.fetch });
  const root = "/api/source";
  return {
    async directory(signal) {
      return fromUtf8((await server.call(`${root}/directory`, { signal })).bytes);
    },
    async earlierDirectory(hash, signal) {
      return fromUtf8((await server.call(`${root}/directories/${hash}`, { signal })).bytes);
    },
    async document(hash, signal) {
      return (await server.call(`${root}/documents/${hash}`, { signal })).bytes;
    },
    challenge: (purpose, signal) => server.json(`${root}/challenge`, challengeShape, { method: "POST", json: { purpose }, signal }),
    upload: ({ id, size, nonce, counter }, signal) =>
      server.json(`${root}/uploads`, uploadShape, {
        method: "POST",
        json: { id, size, nonce: base64url(nonce), counter: String(counter) },
        signal,
      }),
    part: (id, n, octets, signal) => server.done(`${root}/uploads/${id}/parts/${n}`, { method: "PUT", octets, signal }),
    async tip(octets, signal) {
      const answer = await server.call(`${root}/tips`, { method: "POST", octets, type: "application/vnd.whistle.tip", signal });
      return { promise: fromUtf8(answer.bytes), again: answer.status === 200 };
    },
    session: ({ mailbox, nonce, signature }, signal) =>
      server.json(`${root}/mailbox/session`, sessionShape, {
        method: "POST",
        json: { mailbox: base64url(mailbox), nonce: base64url(nonce), signature: base64url(signature) },
        signal,
      }),
    mailbox: (bearer, signal) => server.json(`${root}/mailbox`, mailboxShape, { bearer, signal }),
    message: (bearer, { seq, ciphertext, attachments }, signal) =>
      server.json(`${root}/mailbox/messages`, sentShape, {
        method: "POST",
        json: { seq, ciphertext: base64url(ciphertext), attachments: attachments.map(({ id, cipher, size }) => ({ id, cipher, size })) },
        bearer,
        signal,
      }),
    seen: (bearer, seq, signal) => server.done(`${root}/mailbox/seen`, { method: "POST", json: { seq }, bearer, signal }),
    async attachment(bearer, id, signal) {
      return (await server.call(`${root}/mailbox/attachments/${id}`, { bearer, signal })).bytes;
    },
    burn: (bearer, signal) => server.done(`${root}/mailbox`, { method: "DELETE", bearer, signal }),
    async log(path, signal) {
      return (await server.call(`/log/${path}`, { signal })).bytes;
    },
  };
}

