import { hex } from "../../lib/bytes.ts";
import { indexParts, openIndex, sealIndex, type ReadCase } from "../../lib/desk/searchIndex.ts";
import type { Desk } from "../../lib/flows/desk.ts";
import { pause } from "../../lib/pause.ts";
import type { Random } from "../../lib/random.ts";
import type { LocalStore } from "../model/local.ts";

/** What tabs of one person tell each other: to forget, or that something has to go of what one of them keeps. */
export type TabWord = "forget" | "look";

export interface KeptIndexParts {
  readonly store: LocalStore | undefined;
  readonly desk: Desk;
  readonly random: Random;
  /** What of a part is to be kept now. */
  readonly read: (part: number) => readonly ReadCase[];
  /** Gets what was kept. */
  readonly loaded: (kept: readonly ReadCase[]) => void;
  /** Another tab of this person said so. */
  readonly told: (word: TabWord) => void;
}

/** Milliseconds after a change; what has to go goes at once. */
const wait = 20_000;

/** Milliseconds that a closed desk keeps others from keeping, where the browser does not answer. */
const patience = 10_000;

const allParts = Array.from({ length: indexParts }, (_, part) => part);

/**
 * Keeps the search index on this device, sealed to the person who read the cases: by one tab at a time, and never before what is
 * there was read. It is a help: where it fails, cases are read again.
 */
export class KeptIndex {
  private readonly parts: KeptIndexParts;
  private readonly stopped = new AbortController();
  private readonly tab: string;
  private readonly dirty = new Set<number>();
  private isStopping = false;
  /** Whether this tab is the one that keeps, and knows what is there. */
  private isHolder = false;
  /** Whether every part was written by this tab. */
  private isWhole = false;
  /** Something has to go that this tab may not take away yet. */
  private isUrgent = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading: Promise<boolean> | undefined;
  private writing: Promise<void> = Promise.resolve();
  /** Grows when everything is forgotten: what was being read or sealed before is not used any more. */
  private age = 0;

  constructor(parts: KeptIndexParts) {
    this.parts = parts;
    this.tab = hex(parts.random(8));
  }

  private name(part: number): string {
    return `search-index ${this.parts.desk.person.id} ${part}`;
  }

  /** Reads what is there, and once more where this tab becomes the one that keeps later. Ends when it was read. */
  async start(): Promise<void> {
    const { store, desk, told } = this.parts;
    if (store === undefined) {
      return;
    }
    store.listen(this.stopped.signal, (message) => {
      const [tab, person, word] = message.split(" ");
      if (person === desk.person.id && tab !== this.tab && (word === "forget" || word === "look")) {
        told(word);
        if (word === "forget") {
          void this.empty().catch(() => undefined); // also what this tab was just writing
        }
      }
    });
    const first = this.load(store);
    store.hold(this.name(0), this.stopped.signal, () => {
      void this.load(store).then((isThrough) => {
        if (isThrough && !this.isStopping) {
          this.isHolder = true;
          this.change([], this.isUrgent);
        }
      });
    });
    await first;
  }

  private tell(word: TabWord): void {
    this.parts.store?.tell(`${this.tab} ${this.parts.desk.person.id} ${word}`);
  }

  /** Whether all of it was read. One reading at a time. */
  private load(store: LocalStore): Promise<boolean> {
    this.loading ??= this.loadAll(store)
      .catch(() => false) // the browser does not give what it has, or the desk closed: nothing is written over
      .finally(() => {
        this.loading = undefined;
      });
    return this.loading;
  }

  private async loadAll(store: LocalStore): Promise<boolean> {
    const { age } = this;
    const { person, identity, directory, signing } = this.parts.desk;
    for (const part of allParts) {
      const sealed = await store.get(this.name(part));
      await pause(this.stopped.signal);
      if (this.isStopping || this.age !== age) {
        return !this.isStopping;
      }
      let kept: readonly ReadCase[] = [];
      try {
        kept = sealed === undefined ? [] : openIndex(part, sealed, person.id, identity, directory.root, signing.publicKey);
      } catch {
        this.dirty.add(part); // nothing that this person sealed: it is written over
      }
      this.parts.loaded(kept);
    }
    return true;
  }

  /** These parts changed: they are kept in a while, or at once where something has to go. */
  change(parts: readonly number[], isUrgent: boolean): void {
    parts.forEach((part) => this.dirty.add(part));
    if (this.isStopping) {
      return;
    }
    if (!this.isHolder) {
      this.isUrgent ||= isUrgent;
      if (isUrgent && this.loading === undefined) {
        this.tell("look");
      }
    } else if (isUrgent) {
      this.isUrgent = false;
      clearTimeout(this.timer);
      this.timer = undefined;
      void this.flush();
    } else {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        void this.flush();
      }, wait);
    }
  }

  /** Seals at once what waits; ends when it is kept. */
  flush(): Promise<void> {
    if (this.isHolder && !this.isStopping) {
      this.writing = this.writing.then(() => this.write(this.snapshot()));
    }
    return this.writing;
  }

  /** What waits, as it is now; nothing more of it waits then. */
  private snapshot(): readonly (readonly [number, readonly ReadCase[]])[] {
    const wanted = [...this.dirty];
    this.dirty.clear();
    // All parts are there or none is: which of them a device has would tell something of the cases.
    return (this.isWhole || wanted.length === 0 ? wanted : allParts).map((part) => [part, this.parts.read(part)] as const);
  }

  /** Where the browser does not take it, nothing old stays in its place. */
  private async write(parts: readonly (readonly [number, readonly ReadCase[]])[]): Promise<void> {
    const { age } = this;
    const { store, desk, random } = this.parts;
    if (store === undefined || parts.length === 0) {
      return;
    }
    try {
      const entries: [string, Uint8Array][] = [];
      for (const [part, cases] of parts) {
        await pause(undefined);
        entries.push([this.name(part), sealIndex(part, cases, desk.person.id, desk.identity, desk.directory.root, desk.signing, random)]);
      }
      if (this.age === age) {
        await store.put(entries);
        this.isWhole ||= parts.length === indexParts;
      }
    } catch {
      this.isWhole = false;
      parts.forEach(([part]) => this.dirty.add(part));
      await store.remove(allParts.map((part) => this.name(part))).catch(() => undefined);
    }
  }

  /** The desk closes: what waits is sealed, from what is known at this moment. Ends when it is kept. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const last = this.isHolder ? this.snapshot() : [];
    this.isStopping = true;
    const over = this.writing.then(() => this.write(last));
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([over, new Promise<void>((done) => (timer = setTimeout(done, patience)))]);
    clearTimeout(timer);
    this.stopped.abort();
  }

  /** Takes everything away from this device, and lets no other tab bring it back. */
  async forget(): Promise<void> {
    this.tell("forget");
    await this.empty();
  }

  /** What was given to the browser before goes before; what is being sealed is not given to it any more. */
  private async empty(): Promise<void> {
    this.age++;
    this.isWhole = false;
    this.dirty.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.parts.store?.remove(allParts.map((part) => this.name(part)));
  }
}
