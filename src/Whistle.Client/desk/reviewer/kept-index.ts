import { indexParts, openIndex, sealIndex, type ReadCase } from "../../lib/desk/searchIndex.ts";
import type { Desk } from "../../lib/flows/desk.ts";
import { pause } from "../../lib/pause.ts";
import type { Random } from "../../lib/random.ts";
import type { LocalStore } from "../model/local.ts";

/** What another tab is told, so that it does not bring back what was forgotten. */
const forgotten = "forget";

export interface KeptIndexParts {
  readonly store: LocalStore | undefined;
  readonly desk: Desk;
  readonly random: Random;
  /** What of a part is to be kept now. */
  readonly read: (part: number) => readonly ReadCase[];
  /** Gets what was kept. */
  readonly loaded: (kept: readonly ReadCase[]) => void;
  /** Another tab of this person was told to forget. */
  readonly forget: () => void;
  /** Milliseconds after a change; what has to leave leaves at once. */
  readonly wait?: number;
}

/**
 * Keeps the search index on this device, sealed to the person who read the cases: by one tab at a time, part by part, and never
 * before what is there was read. It is a help: where it fails, cases are read again.
 */
export class KeptIndex {
  private readonly parts: KeptIndexParts;
  private readonly stopped = new AbortController();
  private readonly dirty = new Set<number>();
  /** Whether this tab is the one that keeps, and knows what is there. */
  private isHolder = false;
  /** Whether every part was written by this tab. */
  private isWhole = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing: Promise<void> | undefined;
  /** Grows when everything is forgotten: what was being read or sealed before is not used any more. */
  private age = 0;

  constructor(parts: KeptIndexParts) {
    this.parts = parts;
  }

  private name(part: number): string {
    return `search-index ${this.parts.desk.person.id} ${part}`;
  }

  /** Reads what is there, and once more where this tab becomes the one that keeps. */
  start(): void {
    const { store, desk } = this.parts;
    if (store === undefined) {
      return;
    }
    store.listen(this.stopped.signal, (word) => {
      if (word === `${forgotten} ${desk.person.id}`) {
        this.parts.forget();
        void this.empty().catch(() => undefined); // also what this tab was just writing
      }
    });
    void this.load(store);
    store.hold(this.name(0), this.stopped.signal, () => {
      void this.load(store).then(() => {
        this.isHolder = true;
        this.later();
      });
    });
  }

  private async load(store: LocalStore): Promise<void> {
    const { age } = this;
    const { person, identity, directory, signing } = this.parts.desk;
    for (let part = 0; part < indexParts; part++) {
      let kept: readonly ReadCase[] = [];
      try {
        const sealed = await store.get(this.name(part));
        await pause(this.stopped.signal);
        kept = sealed === undefined ? [] : openIndex(part, sealed, person.id, identity, directory.root, signing.publicKey);
      } catch {
        this.dirty.add(part); // nothing that this person sealed: it is written over
      }
      if (this.stopped.signal.aborted || this.age !== age) {
        return;
      }
      this.parts.loaded(kept);
    }
  }

  /** These parts changed: they are kept in a while, or at once where something has to go. */
  change(parts: readonly number[], isUrgent: boolean): void {
    parts.forEach((part) => this.dirty.add(part));
    if (isUrgent) {
      clearTimeout(this.timer);
      this.timer = undefined;
      void this.flush();
    } else {
      this.later();
    }
  }

  private later(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, this.parts.wait ?? 20_000);
  }

  /** Seals at once what waits. Where the browser does not take it, nothing old stays in its place. */
  async flush(): Promise<void> {
    if (this.isHolder) {
      this.writing = (this.writing ?? Promise.resolve()).then(() => this.write(this.snapshot()));
      await this.writing;
    }
  }

  /** What waits, as it is now; nothing more of it waits then. */
  private snapshot(): readonly (readonly [number, readonly ReadCase[]])[] {
    const wanted = [...this.dirty];
    this.dirty.clear();
    // All parts are there or none is: which of them a device has would tell something of the cases.
    const parts = this.isWhole || wanted.length === 0 ? wanted : Array.from({ length: indexParts }, (_, part) => part);
    return parts.map((part) => [part, this.parts.read(part)] as const);
  }

  private async write(parts: readonly (readonly [number, readonly ReadCase[]])[]): Promise<void> {
    const { age } = this;
    const { store, desk, random } = this.parts;
    for (const [part, cases] of parts) {
      await pause(undefined);
      if (store === undefined || this.age !== age) {
        return;
      }
      try {
        await store.put(this.name(part), sealIndex(part, cases, desk.person.id, desk.identity, desk.directory.root, desk.signing, random));
      } catch {
        this.dirty.add(part);
        await store.remove(this.name(part)).catch(() => undefined);
      }
    }
    this.isWhole ||= parts.length === indexParts;
  }

  /** The desk closes: what waits is sealed, from what is known at this moment. */
  stop(): void {
    clearTimeout(this.timer);
    const last = this.isHolder ? this.snapshot() : [];
    void (this.writing ?? Promise.resolve()).then(() => this.write(last)).finally(() => this.stopped.abort());
  }

  /** Takes everything away from this device, and lets no other tab bring it back. */
  async forget(): Promise<void> {
    this.parts.store?.tell(`${forgotten} ${this.parts.desk.person.id}`);
    await this.empty();
  }

  private async empty(): Promise<void> {
    this.age++;
    this.isWhole = false;
    this.dirty.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.writing;
    for (let part = 0; part < indexParts; part++) {
      await this.parts.store?.remove(this.name(part));
    }
  }
}
