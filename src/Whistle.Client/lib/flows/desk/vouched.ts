import type { HybridIdentity } from "../../age.ts";
import { hex } from "../../bytes.ts";
import { personById, type DirectoryContent, type Person } from "../../directory.ts";
import { codeOf, WhistleError } from "../../errors.ts";
import { openSheet, verifySheet, type Sheet } from "../../sheet.ts";
import type { Id } from "../../types.ts";
import type { Desk } from "./session.ts";

// Who vouches for what is read: the version of the directory that it names, or the newest one that fits.

export interface ReadSheet {
  readonly sheet: Sheet;
  /** It is this case's sheet, but nobody vouches for whoever wrote it. */
  readonly problem?: "sheet-signature-invalid" | "sheet-author-unknown" | undefined;
}

/** A current sheet; its author's signature is checked, the source's only where its key is known. Throws `sheet-malformed`, `sealed-unreadable`. */
export async function readSheet(file: Uint8Array, caseId: Id, identity: HybridIdentity, desk: Desk, sourceSigning: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<ReadSheet> {
  const sheet = openSheet(file, identity);
  if (sheet.case !== caseId || (sheet.author === "source") !== (sheet.version === 1)) {
    throw new WhistleError("sheet-malformed");
  }
  const { content } = (await desk.versions.find(sheet.directory, signal)) ?? desk.directory;
  const key = sheet.author === "source" ? sourceSigning : staff(content, sheet.author)?.signing;
  if (key === undefined) {
    return sheet.author === "source" ? { sheet } : { sheet, problem: "sheet-author-unknown" };
  }
  return holds(() => verifySheet(sheet, desk.directory.root, key)) ? { sheet } : { sheet, problem: "sheet-signature-invalid" };
}

/** Somebody who may act on cases, by this version of the directory. */
function staff(content: DirectoryContent, id: Id): Person | undefined {
  const person = personById(content, id);
  return person?.role === "lead" || person?.role === "reviewer" ? person : undefined;
}

/**
 * The author of something that names no directory: by the newest version whose key for them fits. Throws
 * `signer-unknown`, `signature-invalid`.
 */
export async function author(desk: Desk, id: Id, verify: (key: Uint8Array) => void, signal: AbortSignal | undefined): Promise<Person> {
  const tried = new Set<string>();
  for await (const { content } of desk.versions.back(signal)) {
    const person = staff(content, id);
    if (person !== undefined && !tried.has(hex(person.signing))) {
      if (holds(() => verify(person.signing))) {
        return person;
      }
      tried.add(hex(person.signing));
    }
  }
  throw new WhistleError(tried.size === 0 ? "signer-unknown" : "signature-invalid");
}

function holds(verify: () => void): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}

/** The code of what is wrong with one object. A lost connection is wrong with none: it is thrown on. */
export function refusalOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "network" || code === "cancelled" || (error instanceof WhistleError && error.status !== undefined)) {
    throw error;
  }
  return code;
}
