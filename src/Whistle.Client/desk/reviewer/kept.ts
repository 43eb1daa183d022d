import { useState } from "preact/hooks";

/**
 * What is being typed into the forms of an open case: it outlives the tab and the case's page, in memory only, and is
 * gone with the desk.
 */
export class Kept {
  private readonly values = new Map<string, unknown>();

  get<T>(key: string, initial: T): T {
    return this.values.has(key) ? (this.values.get(key) as T) : initial;
  }

  set(key: string, value: unknown): void {
    this.values.set(key, value);
  }

  drop(key: string): void {
    this.values.delete(key);
  }

  /** Forgets a case that nobody here may read any more. */
  dropCase(id: string): void {
    for (const key of this.values.keys()) {
      if (key.startsWith(`${id} `)) {
        this.values.delete(key);
      }
    }
  }
}

/** A form's value under a name of its own (`<case> <form>`), and what empties it after it was saved. */
export function useKept<T>(kept: Kept, key: string, initial: T): readonly [T, (value: T) => void, () => void] {
  const [, redraw] = useState(0);
  return [
    kept.get(key, initial),
    (value) => {
      kept.set(key, value);
      redraw((turn) => turn + 1);
    },
    () => {
      kept.drop(key);
      redraw((turn) => turn + 1);
    },
  ];
}
