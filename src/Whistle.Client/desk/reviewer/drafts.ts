import type { DraftKind } from "../../lib/deskApi.ts";

/** Where a draft stands. `failed`: the server did not take it, the text is here alone. */
export type DraftAt = "none" | "restored" | "saving" | "saved" | "failed";

interface Slot {
  readonly id: string;
  readonly kind: DraftKind;
  text: string;
  /** What the server holds, as far as this page knows. */
  stored: string;
  state: DraftAt;
  timer: ReturnType<typeof setTimeout> | undefined;
  running: Promise<void> | undefined;
}

/**
 * What is being written in every case that was opened, a reply, a note and a summary beside each other, and the files chosen for the
 * reply. It outlives the case's page: closing a case or opening another one loses nothing. Memory only, gone with the desk.
 */
export class Drafts {
  private readonly slots = new Map<string, Slot>();
  private readonly chosen = new Map<string, readonly File[]>();
  private readonly watchers = new Set<() => void>();
  private readonly store: (id: string, kind: DraftKind, text: string) => Promise<void>;
  private readonly wait: number;

  /** `store` keeps a text sealed to its author, and takes it away where it is empty. `wait` in milliseconds after the last key. */
  constructor(store: (id: string, kind: DraftKind, text: string) => Promise<void>, wait = 1200) {
    this.store = store;
    this.wait = wait;
  }

  /** Calls back after every change until the returned function is called. */
  watch(act: () => void): () => void {
    this.watchers.add(act);
    return () => void this.watchers.delete(act);
  }

  text(id: string, kind: DraftKind): string {
    return this.slots.get(`${kind} ${id}`)?.text ?? "";
  }

  state(id: string, kind: DraftKind): DraftAt {
    return this.slots.get(`${kind} ${id}`)?.state ?? "none";
  }

  write(id: string, kind: DraftKind, text: string): void {
    const slot = this.slot(id, kind);
    clearTimeout(slot.timer);
    slot.text = text;
    slot.state = "saving";
    slot.timer = setTimeout(() => void this.save(slot), this.wait);
    this.changed();
  }

  /** What the server kept from an earlier day. It never takes the place of what was written since. */
  restore(id: string, kind: DraftKind, text: string): void {
    const slot = this.slot(id, kind);
    if (slot.text === slot.stored && slot.running === undefined && slot.text !== text) {
      Object.assign(slot, { text, stored: text, state: text === "" ? "none" : "restored" });
      this.changed();
    }
  }

  /** Takes a draft away that was sent, unless more was written into it meanwhile; then that is kept. */
  async sent(id: string, kind: DraftKind, text: string): Promise<void> {
    const slot = this.slot(id, kind);
    if (slot.text === text) {
      slot.text = "";
      slot.state = "none";
      this.changed();
    }
    await this.save(slot);
  }

  files(id: string): readonly File[] {
    return this.chosen.get(id) ?? [];
  }

  attach(id: string, files: readonly File[]): void {
    this.chosen.set(id, files);
    this.changed();
  }

  /** Forgets a case whose drafts nobody may keep any more. */
  drop(id: string): void {
    for (const [key, slot] of this.slots) {
      if (slot.id === id) {
        clearTimeout(slot.timer);
        slot.text = slot.stored; // nothing more of it is sent
        this.slots.delete(key);
      }
    }
    this.chosen.delete(id);
    this.changed();
  }

  hasFailed(id: string): boolean {
    return [...this.slots.values()].some((slot) => slot.id === id && slot.state === "failed");
  }

  /** Whether anything stands in this page alone. */
  hasUnsaved(): boolean {
    return [...this.slots.values()].some(isUnsaved);
  }

  /** Saves at once what waits, of one case or of all. False where something could not be saved; it stays here. */
  async flush(id?: string): Promise<boolean> {
    const slots = [...this.slots.values()].filter((slot) => id === undefined || slot.id === id);
    await Promise.all(slots.map((slot) => this.save(slot)));
    return !slots.some(isUnsaved);
  }

  /** The desk closes: everything is sealed and sent now, nothing is drawn any more, and the files are let go. */
  async end(): Promise<void> {
    this.watchers.clear();
    this.chosen.clear();
    await this.flush();
    this.slots.clear();
  }

  private slot(id: string, kind: DraftKind): Slot {
    const key = `${kind} ${id}`;
    const slot = this.slots.get(key) ?? { id, kind, text: "", stored: "", state: "none", timer: undefined, running: undefined };
    this.slots.set(key, slot);
    return slot;
  }

  /** One save of a draft at a time, so that an older text never arrives after a newer one. */
  private save(slot: Slot): Promise<void> {
    clearTimeout(slot.timer);
    slot.running ??= this.saveAll(slot).finally(() => {
      slot.running = undefined;
    });
    return slot.running;
  }

  private async saveAll(slot: Slot): Promise<void> {
    while (slot.text !== slot.stored) {
      const { text } = slot;
      try {
        await this.store(slot.id, slot.kind, text);
      } catch {
        // The page says so, and asks before anybody leaves. One that could not be taken away is only seen again.
        slot.state = isUnsaved(slot) ? "failed" : "none";
        this.changed();
        return;
      }
      if (this.slots.get(`${slot.kind} ${slot.id}`) !== slot) {
        return; // dropped meanwhile
      }
      slot.stored = text;
    }
    slot.state = slot.text === "" ? "none" : slot.state === "restored" ? "restored" : "saved";
    this.changed();
  }

  private changed(): void {
    for (const act of this.watchers) {
      act();
    }
  }
}

/** An empty draft loses nothing, even where the server still keeps what stood there before. */
function isUnsaved(slot: Slot): boolean {
  return slot.text !== slot.stored && slot.text !== "";
}
