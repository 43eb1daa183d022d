import { fileSize, type HybridIdentity } from "./age.ts";
import { WhistleError } from "./errors.ts";
import type { Random } from "./random.ts";
import { openJson, sealJson } from "./sealed.ts";
import * as shape from "./shape.ts";
import { signObject, verifyObject, type SigningKey } from "./sign.ts";

// SPEC 5.1.

const plaintextSize = 4096;
export const sheetSize = fileSize(1, plaintextSize);

const sheetShape = shape.object({
  v: shape.just(1),
  case: shape.id,
  version: shape.count,
  channel: shape.id,
  directory: shape.hash,
  day: shape.day,
  lang: shape.text(35),
  title: shape.text(200),
  category: shape.text(64),
  severity: shape.text(64),
  leading: shape.optional(shape.id),
  stage: shape.optional(shape.text(64)),
  author: shape.text(64),
  sig: shape.text(100),
});

export type Sheet = ReturnType<typeof sheetShape>;

/** Title and a few fields, so that a queue row can be drawn without asking the server for the case. */
export function sealSheet(sheet: Omit<Sheet, "sig" | "v">, recipient: Uint8Array, root: Uint8Array, key: SigningKey, random: Random): Uint8Array {
  const signed = signObject("sheet", root, { v: 1, ...sheet, title: cut(sheet.title, 200) }, key);
  return sealJson(signed, [plaintextSize], [recipient], 1, random);
}

/** Throws `sealed-unreadable`, `sheet-malformed`. The signature is the caller's to check: only it knows the author's key. */
export function openSheet(file: Uint8Array, identity: HybridIdentity): Sheet {
  const sheet = shape.read(sheetShape, openJson(file, identity, [plaintextSize], 1), "sheet-malformed");
  // Which case leads, and how far the work is, is the team's to say; and no case leads itself.
  if (sheet.stage === "" || (sheet.stage !== undefined && sheet.author === "source") || (sheet.leading !== undefined && (sheet.author === "source" || sheet.leading === sheet.case))) {
    throw new WhistleError("sheet-malformed");
  }
  return sheet;
}

/** Throws `signature-invalid`. */
export function verifySheet(sheet: Sheet, root: Uint8Array, publicKey: Uint8Array): void {
  verifyObject("sheet", root, { ...sheet }, publicKey);
}

function cut(text: string, codePoints: number): string {
  const points = [...text];
  return points.length <= codePoints ? text : `${points.slice(0, codePoints - 1).join("")}…`;
}
