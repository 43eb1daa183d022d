import type { PinStore } from "./pins.ts";

// The newest checkpoint of the log that this browser has seen: a public fact, kept so that the log cannot shrink or fork unseen.

const key = "whistle-desk-log";

export function readHead(store: PinStore | undefined): string | undefined {
  return store?.getItem(key) ?? undefined;
}

/** After it was verified, and shown to go on from the one that was kept before. */
export function keepHead(store: PinStore | undefined, checkpoint: string): void {
  store?.setItem(key, checkpoint);
}
