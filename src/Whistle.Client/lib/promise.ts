import { hex, utf8 } from "./bytes.ts";
import type { Directory } from "./directory.ts";
import { WhistleError } from "./errors.ts";
import { canonicalText, parseCanonical } from "./jcs.ts";
import * as shape from "./shape.ts";
import { parseNote, verifiedKeys } from "./signedNote.ts";
import type { Manifest } from "./submission.ts";
import { objectRefShape } from "./wire.ts";

// SPEC 8.4. What makes "we never received it" impossible.

const promiseShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  directory: shape.hash,
  keyBlob: shape.hash,
  sheet: shape.hash,
  message: shape.hash,
  identity: shape.hash,
  state: shape.hash,
  attachments: shape.list(objectRefShape, 1),
  existence: shape.hash,
  content: shape.hash,
  day: shape.day,
  includedBy: shape.count,
});

export type PromiseContent = ReturnType<typeof promiseShape>;

/** Signature by the directory's log key, root fingerprint and form. Throws `promise-invalid`. */
export function verifyPromise(note: string, directory: Directory): PromiseContent {
  try {
    const parsed = parseNote(note);
    const [label, root, json, end, ...more] = parsed.text.split("\n");
    const shaped = label === "whistle/promise/v1" && root === hex(directory.root) && json !== undefined && end === "" && more.length === 0;
    if (shaped && verifiedKeys(parsed, [directory.content.log]).length === 1) {
      return promiseShape(parseCanonical(utf8(json)));
    }
  } catch {
    throw new WhistleError("promise-invalid");
  }
  throw new WhistleError("promise-invalid");
}

/**
 * Whether the promise says every field that was sent, and names a day in the log that is at most 30 days after its own. Its
 * own is shown: a device whose clock is wrong must not lose its words. Throws `promise-invalid`.
 */
export function checkPromise(promise: PromiseContent, sent: Manifest): void {
  const { day, includedBy, ...promised } = promise;
  const { origin: _origin, channel: _channel, access: _access, mailbox: _mailbox, ...expected } = sent;
  if (canonicalText(promised) !== canonicalText(expected) || includedBy < day || includedBy > day + 30) {
    throw new WhistleError("promise-invalid");
  }
}
