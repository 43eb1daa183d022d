import type { DeskFile } from "../../lib/flows/desk.ts";
import { fold } from "../model/queue.ts";

export type Where = "letter" | "note" | "file";

export interface Hit {
  readonly where: Where;
  /** The words around the first one that was found. */
  readonly snippet: string;
}

interface Entry {
  readonly where: Where;
  readonly text: string;
  readonly folded: string;
}

/** The fields of records that somebody writes; the others hold ids, days and words of the program. */
const written = ["title", "origin", "who", "present", "recipient", "ground", "person"];
const before = 30;
const length = 90;

/**
 * What was read in this session, to search: letters and their answers, notes and records, names of files. It stands in memory
 * alone and goes with the desk; what nobody vouches for is not in it.
 */
export class SearchIndex {
  private readonly cases = new Map<string, readonly Entry[]>();

  put(file: DeskFile): void {
    const entry = (where: Where, text: string): Entry[] => (text.trim() === "" ? [] : [{ where, text, folded: fold(text) }]);
    const letters = file.letters.filter(({ status }) => status === "readable");
    const notes = file.notes.filter(({ problem }) => problem === undefined);
    this.cases.set(file.caseId, [
      ...letters.flatMap(({ text, answers, questions }) => entry("letter", [text, ...questions.map(({ label }) => label), ...answers.flatMap(({ values }) => values)].join("\n"))),
      ...notes.flatMap(({ text, record }) => entry("note", [text, ...(record?.fields ?? []).flatMap(({ q, values }) => (written.includes(q) ? values : []))].join("\n"))),
      ...[...letters, ...notes].flatMap(({ files }) => files.flatMap(({ name }) => entry("file", name))),
    ]);
  }

  has(caseId: string): boolean {
    return this.cases.has(caseId);
  }

  /** Of a case that this person no longer has, nothing is left. */
  drop(caseId: string): void {
    this.cases.delete(caseId);
  }

  /** Keeps these cases alone. */
  keep(cases: ReadonlySet<string>): void {
    [...this.cases.keys()].filter((id) => !cases.has(id)).forEach((id) => this.cases.delete(id));
  }

  clear(): void {
    this.cases.clear();
  }

  /** All text of a case, for a search over several words that stand in different places. */
  words(caseId: string): string {
    return (this.cases.get(caseId) ?? []).map(({ text }) => text).join("\n");
  }

  /** The place that has most of the words, the first of several; undefined where only the row itself has them. */
  hit(caseId: string, query: string): Hit | undefined {
    const words = fold(query).split(/\s+/).filter((word) => word !== "");
    let best: { readonly entry: Entry; readonly places: readonly number[] } | undefined;
    for (const entry of this.cases.get(caseId) ?? []) {
      const places = words.map((word) => entry.folded.indexOf(word)).filter((place) => place >= 0);
      best = places.length > (best?.places.length ?? 0) ? { entry, places } : best;
    }
    if (best === undefined) {
      return undefined;
    }
    // Folding takes away marks, so that a place in the folded text is near the same place in the text.
    const { where, text } = best.entry;
    const from = Math.max(0, Math.min(...best.places) - before);
    const cut = text.slice(from, from + length).replace(/\s+/g, " ").trim();
    return { where, snippet: `${from > 0 ? "… " : ""}${cut}${from + length < text.length ? " …" : ""}` };
  }
}
