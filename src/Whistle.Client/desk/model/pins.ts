import type { Hash } from "../../lib/types.ts";

/** What this browser has seen of the directory: public facts, kept so that the server cannot swap the root or go back. */
export interface Pin {
  readonly root: Hash;
  readonly version: number;
}

export type PinStore = Pick<Storage, "getItem" | "setItem">;

const key = "whistle-desk-directory";

/** Undefined before the first sign-in on this browser, and where the browser keeps nothing. */
export function readPin(store: PinStore | undefined): Pin | undefined {
  const text = store?.getItem(key) ?? "";
  const [, root, version] = /^([0-9a-f]{64}) (\d{1,15})$/.exec(text) ?? [];
  return root === undefined || version === undefined ? undefined : { root, version: Number(version) };
}

/** Keeps the highest version of a root. */
export function keepPin(store: PinStore | undefined, pin: Pin): void {
  const known = readPin(store);
  if (known === undefined || known.version < pin.version) {
    store?.setItem(key, `${pin.root} ${pin.version}`);
  }
}

/** The browser's own storage, where it allows one. */
export function browserPins(): PinStore | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // a browser that keeps nothing pins nothing; the server's pinned root still counts
  }
}
