import { decodeRecipient, keyFingerprint } from "../age.ts";
import { base64url } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import type { SourceMember } from "../message.ts";
import type { Hash } from "../types.ts";
import type { Grant } from "./grant.ts";
import type { RingCase } from "./keyring.ts";

// SPEC 11: a server that swaps a case's first message could name another source, and forget whom it left out.

/** The first message as it is served, before its signature is checked. */
export interface FirstMessage {
  readonly hash: Hash;
  /** The version that the source used. */
  readonly directory: Hash;
  readonly source: SourceMember;
}

/** What the keyring keeps of a grant. */
export function grantedPin(grant: Grant): NonNullable<RingCase["granted"]> {
  return {
    signing: base64url(grant.source.signing),
    reply: keyFingerprint(grant.source.reply),
    readers: grant.readers,
    excluded: grant.excluded,
  };
}

/**
 * Throws `case-differs` where the first message that is served is not the one that was opened first, or does not say what
 * the colleague had signed who gave the case: the source's keys, nobody read out of the readers, the same people left out.
 */
export function checkPin({ first, granted }: RingCase, served: FirstMessage | undefined): void {
  const same = first === undefined || (served !== undefined && served.hash === first.hash && served.source.signing === first.signing);
  if (!same || (granted !== undefined && (served === undefined || !agree(granted, served.source)))) {
    throw new WhistleError("case-differs");
  }
}

function agree(granted: NonNullable<RingCase["granted"]>, source: SourceMember): boolean {
  const [readers, excluded, left] = [new Set(granted.readers), new Set(granted.excluded), new Set(source.excluded)];
  return (
    granted.signing === source.signing &&
    granted.reply === keyFingerprint(decodeRecipient(source.reply)) &&
    // Whoever was added since stands among the grant's readers too.
    source.readers.every((reader) => readers.has(reader)) &&
    excluded.size === left.size &&
    [...left].every((reader) => excluded.has(reader))
  );
}
