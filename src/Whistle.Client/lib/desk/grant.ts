import { decodeRecipient, encodeIdentity, encodeRecipient, fileSize, type HybridIdentity } from "../age.ts";
import { base64url } from "../bytes.ts";
import { parseCaseKey, type CaseKey } from "../caseKey.ts";
import { isExcluded, personById, readerName, splitReader, type Person } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import type { Random } from "../random.ts";
import { openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signObject, verifyObject, type SigningKey } from "../sign.ts";
import type { Hash, Id, ReaderName } from "../types.ts";
import type { Versions } from "../versions.ts";

// SPEC 11, Grant: the case key, re-sealed to one person and signed by whoever gives it.

const plaintextSize = 8192;
export const grantSize = fileSize(1, plaintextSize);

const grantShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("grant"),
  case: shape.id,
  to: shape.id,
  version: shape.just(1),
  from: shape.id,
  key: shape.text(80),
  directory: shape.hash,
  source: shape.object({ signing: shape.bytes(32), reply: shape.text(2048) }),
  readers: shape.list(shape.text(80), 64),
  excluded: shape.list(shape.text(80), 64),
  sig: shape.text(100),
});

export interface Grant {
  readonly key: CaseKey;
  readonly from: Person;
  readonly source: { readonly signing: Uint8Array; readonly reply: Uint8Array };
  readonly readers: readonly ReaderName[];
  readonly excluded: readonly ReaderName[];
}

/** Throws `excluded` rather than seal to somebody whom the source left out. */
export function sealGrant(
  grant: {
    readonly key: CaseKey;
    readonly to: Person;
    readonly from: Id;
    readonly directory: Hash;
    readonly source: { readonly signing: Uint8Array; readonly reply: Uint8Array };
    readonly readers: readonly ReaderName[];
    readonly excluded: readonly ReaderName[];
  },
  root: Uint8Array,
  signing: SigningKey,
  random: Random,
): Uint8Array {
  if (isExcluded(grant.excluded, readerName(grant.to))) {
    throw new WhistleError("excluded");
  }
  const signed = signObject(
    "grant",
    root,
    {
      v: 1,
      type: "grant",
      case: grant.key.id,
      to: grant.to.id,
      version: 1,
      from: grant.from,
      key: encodeIdentity(grant.key.identity),
      directory: grant.directory,
      source: { signing: base64url(grant.source.signing), reply: encodeRecipient(grant.source.reply) },
      readers: grant.readers,
      excluded: grant.excluded,
    },
    signing,
  );
  return sealJson(signed, [plaintextSize], [decodeRecipient(grant.to.recipient)], 1, random);
}

/**
 * Throws `sealed-unreadable`, `grant-malformed`, `grant-misaddressed` (not to me, or not from whom the server says),
 * `signer-unknown`, `signature-invalid`, `grant-wrong-key` (the key is not that case's), `excluded` (I was left out:
 * the key is then not kept). Whoever gave it is still listed, and signed with the key that the version lists which it names.
 */
export async function openGrant(file: Uint8Array, me: { readonly id: Id; readonly identity: HybridIdentity }, from: Id, versions: Versions, signal?: AbortSignal): Promise<Grant> {
  const json = openJson(file, me.identity, [plaintextSize], 1);
  const grant = shape.read(grantShape, json, "grant-malformed");
  if (grant.to !== me.id || grant.from !== from) {
    throw new WhistleError("grant-misaddressed");
  }
  const { content, root } = versions.current;
  const author = personById(((await versions.find(grant.directory, signal)) ?? versions.current).content, from);
  if (personById(content, from) === undefined || author === undefined || (author.role !== "lead" && author.role !== "reviewer")) {
    throw new WhistleError("signer-unknown");
  }
  verifyObject("grant", root, shape.asObject(json), author.signing);
  let key: CaseKey;
  let reply: Uint8Array;
  try {
    key = parseCaseKey(grant.key);
    reply = decodeRecipient(grant.source.reply);
    [...grant.readers, ...grant.excluded].forEach(splitReader);
  } catch {
    throw new WhistleError("grant-malformed");
  }
  if (key.id !== grant.case) {
    throw new WhistleError("grant-wrong-key");
  }
  const mine = personById(content, me.id);
  if ((mine !== undefined && isExcluded(grant.excluded, readerName(mine))) || grant.excluded.some((reader) => splitReader(reader).id === me.id)) {
    throw new WhistleError("excluded");
  }
  return { key, from: author, source: { signing: grant.source.signing, reply }, readers: grant.readers, excluded: grant.excluded };
}
