import type { HybridIdentity } from "../age.ts";
import { draftKinds, type DraftKind } from "../deskApi.ts";
import { WhistleError } from "../errors.ts";
import type { Random } from "../random.ts";
import { messageSizes, openJson, sealJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import type { Id } from "../types.ts";

// SPEC 11, Draft: sealed to its author, so that the server keeps it and nobody else reads it.

const draftShape = shape.object({
  v: shape.just(1),
  type: shape.oneOf("draft"),
  case: shape.id,
  kind: shape.oneOf(...draftKinds),
  text: shape.text(),
});

export interface Draft {
  readonly kind: DraftKind;
  readonly text: string;
}

/** Throws `text-too-long`. */
export function sealDraft(caseId: Id, draft: Draft, author: HybridIdentity, random: Random): Uint8Array {
  return sealJson({ v: 1, type: "draft", case: caseId, kind: draft.kind, text: draft.text }, messageSizes, [author.recipient], 1, random);
}

/**
 * Throws `sealed-unreadable`, `draft-malformed` (another form, another case's, or another kind's: what was written for the
 * team must not come back in the letter to the source).
 */
export function openDraft(file: Uint8Array, caseId: Id, kind: DraftKind, author: HybridIdentity): Draft {
  const draft = shape.read(draftShape, openJson(file, author, messageSizes, 1), "draft-malformed");
  if (draft.case !== caseId || draft.kind !== kind) {
    throw new WhistleError("draft-malformed");
  }
  return { kind: draft.kind, text: draft.text };
}
