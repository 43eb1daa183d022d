import { sealIndex, openIndex, type ReadCase } from "../../lib/desk/searchIndex.ts";
import type { Desk } from "../../lib/flows/desk.ts";
import type { Random } from "../../lib/random.ts";
import type { LocalStore } from "../model/local.ts";

/** Keeps the search index on this device, sealed to the person who read the cases. It is a help: where it fails, cases are read again. */
export class KeptIndex {
  private readonly store: LocalStore | undefined;
  private readonly desk: Desk;
  private readonly random: Random;
  private readonly read: () => readonly ReadCase[];
  private readonly wait: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** One write after the other, so that an older index never comes after a newer one. */
  private writing: Promise<void> = Promise.resolve();

  /** `wait` in milliseconds after a change; sealing what many letters say takes a moment. */
  constructor(parts: { readonly store: LocalStore | undefined; readonly desk: Desk; readonly random: Random; readonly read: () => readonly ReadCase[]; readonly wait?: number }) {
    this.store = parts.store;
    this.desk = parts.desk;
    this.random = parts.random;
    this.read = parts.read;
    this.wait = parts.wait ?? 20_000;
  }

  private get name(): string {
    return `search-index ${this.desk.person.id}`;
  }

  /** What was kept; nothing where there is none, or where it is not what this person sealed. */
  async load(): Promise<readonly ReadCase[]> {
    const { person, identity, directory, signing } = this.desk;
    try {
      const sealed = await this.store?.get(this.name);
      return sealed === undefined ? [] : openIndex(sealed, person.id, identity, directory.root, signing.publicKey);
    } catch {
      return [];
    }
  }

  /** Something changed: it is kept in a while. */
  later(): void {
    this.timer ??= setTimeout(() => void this.flush(), this.wait);
  }

  /** Keeps at once what waits. */
  flush(): Promise<void> {
    if (this.timer === undefined || this.store === undefined) {
      return this.writing;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    const { store, name } = this;
    const { person, identity, directory, signing } = this.desk;
    const sealed = sealIndex(this.read(), person.id, identity, directory.root, signing, this.random);
    this.writing = this.writing.then(() => store.put(name, sealed)).catch(() => undefined);
    return this.writing;
  }

  /** Takes it away from this device. */
  async forget(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.writing;
    await this.store?.remove(this.name);
  }
}
