import { WhistleError } from "../../errors.ts";
import type { CaseLink } from "./records.ts";
import type { ReaderName } from "../../types.ts";
import type { DeskFile } from "./file.ts";

// DESIGN 7: a link may tell a reader about no case that this reader cannot open.

/** Who can or could open a case: whom the source chose, and whoever was added since. */
type Readable = Pick<DeskFile, "caseId" | "readers" | "problems"> & { readonly secret: Pick<DeskFile["secret"], "source"> };

export type LinkProblem = "link-itself" | "link-readers-unknown" | "link-readers";

/**
 * Why `from` may not name `to`, or undefined. Every reader of the first must be one of the second; for a duplicate, the
 * two have the very same readers (`both`).
 */
export function linkProblem(from: Readable, to: Readable, both: boolean): LinkProblem | undefined {
  if (from.caseId === to.caseId) {
    return "link-itself";
  }
  if (from.secret.source === undefined || to.secret.source === undefined) {
    return "link-readers-unknown"; // the list is the first message's, and that does not hold
  }
  const covers = (outer: Readable, inner: Readable): boolean => inner.readers.every((reader) => outer.readers.includes(reader));
  return covers(to, from) && (!both || covers(from, to)) ? undefined : "link-readers";
}

/** Throws the code of `linkProblem`. */
export function assertLinkable(from: Readable, to: Readable, both: boolean): void {
  const problem = linkProblem(from, to, both);
  if (problem !== undefined) {
    throw new WhistleError(problem);
  }
}

/**
 * Whether a case may be given to this reader: what it says of other cases stays in it, also after a link has ended, and
 * would tell somebody who cannot open them that they exist.
 */
export function tellsOfAnother(links: readonly CaseLink[], reader: ReaderName): boolean {
  return links.some((link) => !link.readers.includes(reader));
}
