import type { Desk, DeskFile } from "../../lib/flows/desk.ts";
import type { Random } from "../../lib/random.ts";
import type { Id } from "../../lib/types.ts";
import type { LocalStore } from "../model/local.ts";
import { KeptIndex } from "./kept-index.ts";
import { SearchIndex, type Held } from "./search-index.ts";

export interface ReadingParts {
  readonly store: LocalStore | undefined;
  readonly desk: Desk;
  readonly random: Random;
  /** Something else is known now: the list is to be drawn anew. */
  readonly draw: () => void;
  /** Another tab dropped something that this one keeps: the list is to be read anew. */
  readonly look: () => void;
}

/** Milliseconds: cases are read one after the other, and each would sort the whole list anew. */
const drawAfter = 150;

/**
 * What this device has read of the cases that its person holds: the search index in memory, and what of it is kept between two
 * openings of the desk. It knows no case that is not held, and no text in which something was deleted since.
 */
export class Reading {
  readonly index = new SearchIndex(({ parts, gone }) => {
    this.kept.change(parts, gone);
    this.drawSoon();
  });
  private readonly kept: KeptIndex;
  private readonly parts: ReadingParts;
  /** How far the claimed cases are: those of the last round, and those claimed since; undefined before the first. */
  private held: Map<Id, Held> | undefined;
  /** Those claimed since the round began that runs. */
  private readonly fresh = new Map<Id, Held>();
  /** Those from which this person stepped back: an answer about one may still be on its way. */
  private readonly given = new Set<Id>();
  private drawing: ReturnType<typeof setTimeout> | undefined;
  private isStopped = false;

  constructor(parts: ReadingParts) {
    this.parts = parts;
    this.kept = new KeptIndex({
      store: parts.store,
      desk: parts.desk,
      random: parts.random,
      read: (part) => this.index.toKeep(part),
      loaded: (kept) => {
        if (!this.isStopped) {
          this.index.restore(kept);
          this.keepHeld();
        }
      },
      told: (word) => (word === "forget" ? this.forgetHere() : parts.look()),
    });
  }

  /** Ends when what this device kept was read. */
  start(): Promise<void> {
    return this.kept.start();
  }

  /** Nothing is known any more when this returns; what was read is sealed when it ends. */
  stop(): Promise<void> {
    const kept = this.kept.stop(); // it takes what is to be sealed before it waits
    this.isStopped = true;
    clearTimeout(this.drawing);
    this.index.clear();
    return kept;
  }

  roundBegins(): void {
    this.fresh.clear();
  }

  /** The cases that the server says this person holds. */
  roundEnds(held: Iterable<readonly [Id, Held]>): void {
    this.held = new Map([...this.fresh, ...held]);
    this.keepHeld();
  }

  claimed(id: Id, how: Held): void {
    this.fresh.set(id, how);
    this.held?.set(id, how);
  }

  /** This person stepped back. */
  gaveUp(id: Id): void {
    this.given.add(id);
    this.index.drop(id);
  }

  /** Takes what was just read for the search. Of a case that was given up meanwhile, or behind a locked desk, nothing. */
  put(file: DeskFile): void {
    if (!this.isStopped && !this.given.has(file.caseId)) {
      this.index.put(file, this.parts.desk.person.id);
    }
  }

  /** The page may be gone in a moment. Ends when this device has what was read. */
  flush(): Promise<void> {
    return this.kept.flush();
  }

  /** Takes what was read away from this device; what is open stays open. */
  async forget(): Promise<void> {
    this.forgetHere();
    await this.kept.forget();
  }

  private forgetHere(): void {
    this.index.clear();
    this.drawSoon();
  }

  private keepHeld(): void {
    if (this.held !== undefined) {
      this.index.keep(new Map([...this.held].filter(([id]) => !this.given.has(id))));
    }
  }

  private drawSoon(): void {
    this.drawing ??= setTimeout(() => {
      this.drawing = undefined;
      this.parts.draw();
    }, drawAfter);
  }
}
