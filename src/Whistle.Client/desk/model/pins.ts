import type { Hash } from "../../lib/types.ts";

/** What this browser has seen of the directory: public facts, kept so that the server cannot swap the root or go back. */
export interface Pin {
  readonly root: Hash;
  /** The highest version seen; 0 before the first. */
  readonly version: number;
  /**
   * Whether a person answers for the root: the ceremony was held in this browser, or the fingerprint was compared with
   * paper. Otherwise it is the one that the server named at the first sign-in, which is not enough to sign a directory.
   */
  readonly confirmed: boolean;
}

export type PinStore = Pick<Storage, "getItem" | "setItem">;

const key = "whistle-desk-directory";

/** Undefined before the first sign-in on this browser, and where the browser keeps nothing. */
export function readPin(store: PinStore | undefined): Pin | undefined {
  const text = store?.getItem(key) ?? "";
  const [, root, version, confirmed] = /^([0-9a-f]{64}) (\d{1,15})( confirmed)?$/.exec(text) ?? [];
  return root === undefined || version === undefined ? undefined : { root, version: Number(version), confirmed: confirmed !== undefined };
}

function write(store: PinStore | undefined, { root, version, confirmed }: Pin): void {
  store?.setItem(key, `${root} ${version}${confirmed ? " confirmed" : ""}`);
}

/** Keeps the highest version of a root. Another root never takes the place of the one that is known. */
export function keepPin(store: PinStore | undefined, seen: { readonly root: Hash; readonly version: number }): void {
  const known = readPin(store);
  if (known === undefined) {
    write(store, { ...seen, confirmed: false });
  } else if (known.root === seen.root && known.version < seen.version) {
    write(store, { ...known, version: seen.version });
  }
}

/** Pins a root that a person answers for. A root that was known already keeps the version that was seen under it. */
export function confirmPin(store: PinStore | undefined, root: Hash): Pin {
  const known = readPin(store);
  const pin = { root, version: known?.root === root ? known.version : 0, confirmed: true };
  write(store, pin);
  return pin;
}

/** The browser's own storage, where it allows one. */
export function browserPins(): PinStore | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // a browser that keeps nothing pins nothing; the server's pinned root still counts
  }
}
