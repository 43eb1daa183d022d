import { partOf, type ReadCase, type TextPlace } from "../../lib/desk/searchIndex.ts";
import { dutiesOf, type DeskFile, type Duty } from "../../lib/flows/desk.ts";
import type { Id } from "../../lib/types.ts";
import { fold } from "../model/queue.ts";

export interface Hit {
  readonly where: TextPlace;
  /** The words around the first one that was found. */
  readonly snippet: string;
}

/** How far a held case is, as the server says. */
export interface Held {
  readonly changes: number;
  readonly deletions: number;
}

/** What of the index changed: these parts; `gone` where something has to leave what was kept. */
export interface IndexChange {
  readonly parts: readonly number[];
  readonly gone: boolean;
}

interface Text {
  readonly where: TextPlace;
  readonly text: string;
  readonly folded: string;
}

interface Entry extends Held {
  readonly texts: readonly Text[];
  /** All texts, folded once: a search goes through those of every case at each key. */
  readonly words: string;
  readonly duties: readonly Duty[];
  /** Something was written since it was read: what was read is still found, and is not all. */
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
  /** What this device kept, until the server's list says which of it is still held. */
  private readonly kept = new Map<Id, ReadCase>();
  private readonly changed: (change: IndexChange) => void;

  constructor(changed: (change: IndexChange) => void = () => undefined) {
    this.changed = changed;
  }

  /** What was just opened by this person. An answer that came late never takes the place of a newer one. */
  put(file: DeskFile, me: Id): void {
    const { changes, deletions } = file.server.case;
    const known = this.cases.get(file.caseId);
    if (known !== undefined && (known.changes > changes || known.deletions > deletions)) {
      return;
    }
    const entry = (where: TextPlace, text: string): Text[] => (text.trim() === "" ? [] : [textOf({ where, text })]);
    const letters = file.letters.filter(({ status }) => status === "readable");
    const notes = file.notes.filter(({ problem }) => problem === undefined);
    const texts = [
      ...letters.flatMap(({ text, answers, questions }) => entry("letter", [text, ...questions.map(({ label }) => label), ...answers.flatMap(({ values }) => values)].join("\n"))),
      ...notes.flatMap(({ text, record }) => entry("note", [text, ...(record?.fields ?? []).flatMap(({ q, values }) => (written.includes(q) ? values : []))].join("\n"))),
      ...[...letters, ...notes].flatMap(({ files }) => files.flatMap(({ name }) => entry("file", name))),
    ];
    this.kept.delete(file.caseId);
    this.cases.delete(file.caseId); // what was read last stands last
    this.cases.set(file.caseId, { changes, deletions, texts, words: wordsOf(texts), duties: dutiesOf(file, me), isOld: false });
    this.changed({ parts: [partOf(file.caseId)], gone: false });
  }

  /** What this device kept. None of it is shown before `keep` says what is still held; of two the one that was read later stays. */
  restore(kept: readonly ReadCase[]): void {
    for (const entry of kept) {
      const known = this.cases.get(entry.case);
      if (known === undefined || (entry.changes > known.changes && entry.deletions >= known.deletions)) {
        this.cases.delete(entry.case);
        this.kept.set(entry.case, entry);
      }
    }
  }

  /**
   * Keeps these cases alone, by how far they are. Of one in which something was deleted since it was read, the texts are let go, so
   * that nobody finds what is gone; of one that changed otherwise they stay, and it counts as not read.
   */
  keep(held: ReadonlyMap<Id, Held>): void {
    const [moved, gone] = [new Set<number>(), new Set<number>()];
    const read = this.kept.size === 0 ? [] : [...this.cases];
    read.forEach(([id]) => this.cases.delete(id));
    for (const [id, { changes, deletions, texts, duties }] of this.kept) {
      if (held.has(id)) {
        const all = texts.map(textOf);
        this.cases.set(id, { changes, deletions, texts: all, words: wordsOf(all), duties, isOld: false });
        moved.add(partOf(id));
      } else {
        gone.add(partOf(id));
      }
    }
    this.kept.clear();
    read.forEach(([id, entry]) => this.cases.set(id, entry)); // what was read last stands last
    for (const [id, entry] of this.cases) {
      const now = held.get(id);
      if (now === undefined) {
        this.cases.delete(id);
        gone.add(partOf(id));
      } else if (now.deletions > entry.deletions) {
        this.cases.set(id, { ...entry, changes: 0, deletions: now.deletions, texts: [], words: "", isOld: true });
        gone.add(partOf(id));
      } else if (now.changes > entry.changes && !entry.isOld) {
        this.cases.set(id, { ...entry, isOld: true });
        moved.add(partOf(id));
      }
    }
    if (gone.size > 0) {
      this.changed({ parts: [...gone], gone: true });
    } else if (moved.size > 0) {
      this.changed({ parts: [], gone: false });
    }
  }

  /** What of a part is worth keeping, what was read last at the end. */
  toKeep(part: number): readonly ReadCase[] {
    return [
      ...[...this.kept.values()].filter((entry) => partOf(entry.case) === part),
      ...[...this.cases]
        .filter(([id]) => partOf(id) === part)
        .map(([id, { changes, deletions, texts, duties }]) => ({ case: id, changes, deletions, texts: texts.map(({ where, text }) => ({ where, text })), duties })),
    ];
  }

  /** Whether a search looks into all of it. */
  has(caseId: Id): boolean {
    return this.cases.get(caseId)?.isOld === false;
  }

  /** Whether anything is known or kept. */
  get isEmpty(): boolean {
    return this.cases.size === 0 && this.kept.size === 0;
  }

  duties(caseId: Id): readonly Duty[] {
    return this.cases.get(caseId)?.duties ?? [];
  }

  /** Of a case that this person no longer has, nothing is left. */
  drop(caseId: Id): void {
    const was = [this.cases.delete(caseId), this.kept.delete(caseId)];
    if (was.includes(true)) {
      this.changed({ parts: [partOf(caseId)], gone: true });
    }
  }

  /** Without a word to whoever keeps it. */
  clear(): void {
    this.cases.clear();
    this.kept.clear();
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
