import type { ReadCase, TextPlace } from "../../lib/desk/searchIndex.ts";
import { dutiesOf, type DeskFile, type Duty } from "../../lib/flows/desk.ts";
import type { Id } from "../../lib/types.ts";
import { fold } from "../model/queue.ts";

export interface Hit {
  readonly where: TextPlace;
  /** The words around the first one that was found. */
  readonly snippet: string;
}

interface Text {
  readonly where: TextPlace;
  readonly text: string;
  readonly folded: string;
}

interface Entry {
  readonly changes: number;
  readonly texts: readonly Text[];
  /** All texts, folded once: a search goes through those of every case at each key. */
  readonly words: string;
  readonly duties: readonly Duty[];
  /** What was read is not what the case says now: only its days are still good for a warning. */
  readonly isOld: boolean;
}

/** The fields of records that somebody writes; the others hold ids, days and words of the program. */
const written = ["title", "origin", "who", "present", "recipient", "ground", "person"];
const before = 30;
const length = 90;

const textOf = ({ where, text }: { readonly where: TextPlace; readonly text: string }): Text => ({ where, text, folded: fold(text) });
const wordsOf = (texts: readonly Text[]): string => texts.map(({ folded }) => folded).join("\n");

/**
 * What was read of the cases, to search and to warn of what is due: letters and their answers, notes and records, names of files.
 * In memory while the desk is open; between two openings it stands on this device, sealed to its reader. What nobody vouches for is
 * not in it.
 */
export class SearchIndex {
  private readonly cases = new Map<Id, Entry>();
  private readonly changed: (isToKeep: boolean) => void;

  /** `changed` is told after each change, and whether it is one that what is kept does not have yet. */
  constructor(changed: (isToKeep: boolean) => void = () => undefined) {
    this.changed = changed;
  }

  /** What was just opened by this person. */
  put(file: DeskFile, me: Id): void {
    const entry = (where: TextPlace, text: string): Text[] => (text.trim() === "" ? [] : [textOf({ where, text })]);
    const letters = file.letters.filter(({ status }) => status === "readable");
    const notes = file.notes.filter(({ problem }) => problem === undefined);
    this.cases.delete(file.caseId); // what was read last stands last
    const texts = [
      ...letters.flatMap(({ text, answers, questions }) => entry("letter", [text, ...questions.map(({ label }) => label), ...answers.flatMap(({ values }) => values)].join("\n"))),
      ...notes.flatMap(({ text, record }) => entry("note", [text, ...(record?.fields ?? []).flatMap(({ q, values }) => (written.includes(q) ? values : []))].join("\n"))),
      ...[...letters, ...notes].flatMap(({ files }) => files.flatMap(({ name }) => entry("file", name))),
    ];
    this.cases.set(file.caseId, { changes: file.server.case.changes, texts, words: wordsOf(texts), duties: dutiesOf(file, me), isOld: false });
    this.changed(true);
  }

  /**
   * Takes what was kept of the cases that are still held, by how often each has changed; what was read since stays. Of one that
   * changed, a message may have been deleted: its texts are let go until it is read anew.
   */
  restore(kept: readonly ReadCase[], held: ReadonlyMap<Id, number>): void {
    const read = new Map(this.cases);
    this.cases.clear();
    for (const { case: id, changes, texts, duties } of kept) {
      const now = held.get(id);
      if (now !== undefined && !read.has(id)) {
        const isOld = now !== changes;
        const still = isOld ? [] : texts.map(textOf);
        this.cases.set(id, { changes, texts: still, words: wordsOf(still), duties, isOld });
      }
    }
    const isLess = kept.some(({ case: id, changes }) => held.get(id) !== changes);
    read.forEach((entry, id) => this.cases.set(id, entry));
    if (kept.length > 0) {
      this.changed(isLess);
    }
  }

  /** What is worth keeping, what was read last at the end. */
  toKeep(): readonly ReadCase[] {
    return [...this.cases].map(([id, { changes, texts, duties }]) => ({ case: id, changes, texts: texts.map(({ where, text }) => ({ where, text })), duties }));
  }

  /** Whether a search looks into it. */
  has(caseId: Id): boolean {
    return this.cases.get(caseId)?.isOld === false;
  }

  duties(caseId: Id): readonly Duty[] {
    return this.cases.get(caseId)?.duties ?? [];
  }

  /** Of a case that this person no longer has, nothing is left. */
  drop(caseId: Id): void {
    if (this.cases.delete(caseId)) {
      this.changed(true);
    }
  }

  /** Keeps these cases alone. */
  keep(cases: ReadonlySet<Id>): void {
    const gone = [...this.cases.keys()].filter((id) => !cases.has(id));
    gone.forEach((id) => this.cases.delete(id));
    if (gone.length > 0) {
      this.changed(true);
    }
  }

  clear(): void {
    this.cases.clear();
  }

  /** All text of a case, folded, for a search over several words that stand in different places. */
  words(caseId: Id): string {
    return this.cases.get(caseId)?.words ?? "";
  }

  /** The place that has most of the words, the first of several; undefined where only the row itself has them. */
  hit(caseId: Id, query: string): Hit | undefined {
    const words = fold(query).split(/\s+/).filter((word) => word !== "");
    let best: { readonly entry: Text; readonly places: readonly number[] } | undefined;
    for (const entry of this.cases.get(caseId)?.texts ?? []) {
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
