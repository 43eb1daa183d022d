import { fileSize, type HybridIdentity } from "../age.ts";
import { base64url, h, hex, utf8 } from "../bytes.ts";
import { caseIdOf } from "../caseKey.ts";
import { splitReader } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import { maxContactBytes, maxNameBytes } from "../identityEnvelope.ts";
import type { JsonObject } from "../jcs.ts";
import type { Random } from "../random.ts";
import { openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { isPublicKey, signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Day, Hash, Id, ReaderName } from "../types.ts";

// SPEC 5.6.1: a reader asks custodians who the source is, and a custodian answers. One size each, whatever they say.

const requestStanzas = 9;
const requestPlaintext = 16_384;
export const identityRequestSize = fileSize(requestStanzas, requestPlaintext);
const answerPlaintext = 8192;
export const identityAnswerSize = fileSize(1, answerPlaintext);

/** Code points of a reason or a ground, and of what the source was told. */
export const maxReason = 2000;
export const maxTold = 4000;

const requestShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("identity-request"),
  request: shape.id,
  case: shape.id,
  recipient: shape.bytes(1216),
  access: shape.bytes(32),
  directory: shape.hash,
  from: shape.id,
  day: shape.day,
  to: shape.list(shape.text(80), 8, 1),
  reason: shape.text(maxReason),
  told: shape.optional(shape.object({ seq: shape.count, hash: shape.hash, text: shape.text(maxTold) })),
  ground: shape.optional(shape.text(maxReason)),
  sig: shape.text(100),
});

/** How the source was told first, and what it says: a custodian can't open the letter itself. */
export interface Told {
  readonly seq: number;
  readonly hash: Hash;
  readonly text: string;
}

export interface IdentityRequest {
  readonly request: Id;
  readonly case: Id;
  /** What an answer is sealed to. Only who holds the case knows it; with `access` it makes the case id. */
  readonly recipient: Uint8Array;
  readonly access: Uint8Array;
  readonly directory: Hash;
  readonly from: Id;
  readonly day: Day;
  readonly to: readonly ReaderName[];
  readonly reason: string;
  /** One of the two, never both. */
  readonly told?: Told | undefined;
  readonly ground?: string | undefined;
}

/** Opened, its signature not yet checked. */
export interface OpenedRequest extends IdentityRequest {
  readonly signed: JsonObject;
  /** `H` of the file: what an answer names. */
  readonly hash: Hash;
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === "";
}

/** Sealed to the custodians and the case, nine stanzas however many they are. Throws `source-untold`, `reason-missing`, `text-too-long`. */
export function sealIdentityRequest(request: IdentityRequest, custodians: readonly Uint8Array[], root: Uint8Array, key: SigningKey, random: Random): Uint8Array {
  if (isBlank(request.reason)) {
    throw new WhistleError("reason-missing");
  }
  if (!isGrounded(request)) {
    throw new WhistleError("source-untold");
  }
  if ([request.reason, request.ground ?? ""].some((text) => [...text].length > maxReason) || [...(request.told?.text ?? "")].length > maxTold) {
    throw new WhistleError("text-too-long");
  }
  const { told, ground } = request;
  const signed = signObject(
    "identity-request",
    root,
    {
      v: 1,
      type: "identity-request",
      request: request.request,
      case: request.case,
      recipient: base64url(request.recipient),
      access: base64url(request.access),
      directory: request.directory,
      from: request.from,
      day: request.day,
      to: request.to,
      reason: request.reason,
      ...(told === undefined ? {} : { told: { seq: told.seq, hash: told.hash, text: told.text } }),
      ...(ground === undefined ? {} : { ground }),
    },
    key,
  );
  return sealJson(signed, [requestPlaintext], [request.recipient, ...custodians], requestStanzas, random);
}

/** The source was told, or it is written why not: one of the two. */
function isGrounded({ told, ground }: Pick<IdentityRequest, "told" | "ground">): boolean {
  return told === undefined ? !isBlank(ground) : ground === undefined && told.seq > 0 && !isBlank(told.text);
}

/** Throws `sealed-unreadable`, `identity-request-malformed`, `case-id-differs` (what an answer would be sealed to is not that case). */
export function openIdentityRequest(file: Uint8Array, identity: HybridIdentity): OpenedRequest {
  const json = openJson(file, identity, [requestPlaintext], requestStanzas);
  const { v: _v, type: _type, sig: _sig, ...request } = shape.read(requestShape, json, "identity-request-malformed");
  if (isBlank(request.reason) || !isGrounded(request) || !isPublicKey(request.access) || !request.to.every(isPerson)) {
    throw new WhistleError("identity-request-malformed");
  }
  if (caseIdOf(request.recipient, request.access) !== request.case) {
    throw new WhistleError("case-id-differs");
  }
  return { ...request, signed: shape.asObject(json), hash: hex(h(file)) };
}

function isPerson(reader: string): boolean {
  try {
    return splitReader(reader).id !== "recovery";
  } catch {
    return false;
  }
}

/** Throws `signature-invalid`. */
export function verifyIdentityRequest(request: OpenedRequest, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject("identity-request", root, request.signed, publicKey);
}

const outcomes = ["released", "refused", "none"] as const;
export type IdentityOutcome = (typeof outcomes)[number];

const answerShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("identity-answer"),
  request: shape.id,
  hash: shape.hash,
  case: shape.id,
  directory: shape.hash,
  from: shape.id,
  day: shape.day,
  outcome: shape.oneOf(...outcomes),
  identity: shape.optional(shape.object({ name: shape.text(), contact: shape.text() })),
  reason: shape.optional(shape.text(maxReason)),
  sig: shape.text(100),
});

export type IdentityAnswer = ReturnType<typeof answerShape>;

/** `identity` with `released`, `reason` with `refused`, and each only there. */
export type IdentityDecision =
  | { readonly outcome: "released"; readonly identity: { readonly name: string; readonly contact: string } }
  | { readonly outcome: "refused"; readonly reason: string }
  | { readonly outcome: "none" };

/** Sealed to the case recipient that the request proved. Throws `reason-missing`, `text-too-long`. */
export function sealIdentityAnswer(
  request: OpenedRequest,
  answer: { readonly directory: Hash; readonly from: Id; readonly day: Day; readonly decision: IdentityDecision },
  root: Uint8Array,
  key: SigningKey,
  random: Random,
): Uint8Array {
  const { decision } = answer;
  if (decision.outcome === "refused" && isBlank(decision.reason)) {
    throw new WhistleError("reason-missing");
  }
  if (decision.outcome === "refused" && [...decision.reason].length > maxReason) {
    throw new WhistleError("text-too-long");
  }
  const said = decision.outcome === "released" ? { identity: { ...decision.identity } } : decision.outcome === "refused" ? { reason: decision.reason } : {};
  const unsigned = {
    v: 1,
    type: "identity-answer",
    request: request.request,
    hash: request.hash,
    case: request.case,
    directory: answer.directory,
    from: answer.from,
    day: answer.day,
    outcome: decision.outcome,
    ...said,
  };
  return sealJson(signObject("identity-answer", root, unsigned, key), [answerPlaintext], [request.recipient], 1, random);
}

/** Throws `sealed-unreadable`, `identity-answer-malformed`, `request-differs` (it answers another request, or another text of this one). */
export function openIdentityAnswer(file: Uint8Array, identity: HybridIdentity, request: OpenedRequest): IdentityAnswer {
  const answer = shape.read(answerShape, openJson(file, identity, [answerPlaintext], 1), "identity-answer-malformed");
  const { outcome, identity: given, reason } = answer;
  const fits = given === undefined || (utf8(given.name).length <= maxNameBytes && utf8(given.contact).length <= maxContactBytes);
  if (!fits || (given !== undefined) !== (outcome === "released") || (outcome === "refused" ? isBlank(reason) : reason !== undefined)) {
    throw new WhistleError("identity-answer-malformed");
  }
  if (answer.request !== request.request || answer.case !== request.case || answer.hash !== request.hash) {
    throw new WhistleError("request-differs");
  }
  return answer;
}

/** Throws `signature-invalid`. */
export function verifyIdentityAnswer(answer: IdentityAnswer, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject("identity-answer", root, { ...answer }, publicKey);
}

