import type { Draft } from "./draft.ts";

/** SPEC 5.6, in UTF-8 bytes: the envelope has one size whatever stands in it. */
const nameBytes = 200;
const contactBytes = 500;

export interface NameProblem {
  readonly field: "name" | "contact";
  readonly problem: "missing" | "too-long";
}

/** What keeps a name from being locked away as it was typed; nothing where the source stays anonymous. */
export function nameProblems({ give, name, contact }: Pick<Draft, "give" | "name" | "contact">): readonly NameProblem[] {
  if (!give) {
    return [];
  }
  const found: NameProblem[] = [];
  if (name.trim() === "") {
    found.push({ field: "name", problem: "missing" });
  } else if (bytes(name) > nameBytes) {
    found.push({ field: "name", problem: "too-long" });
  }
  if (bytes(contact) > contactBytes) {
    found.push({ field: "contact", problem: "too-long" });
  }
  return found;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
