import { createStore, del, get, set } from "idb-keyval";

/** What this browser keeps between two openings of the desk: sealed octets by name. Each call may fail; nothing depends on it. */
export interface LocalStore {
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, sealed: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/** The browser's own database (W3C Indexed Database API 3.0), where it allows one. */
export function browserStore(): LocalStore | undefined {
  if (typeof indexedDB === "undefined") {
    return undefined;
  }
  const store = createStore("whistle-desk", "sealed");
  return {
    get: async (name) => {
      const found: unknown = await get(name, store);
      return found instanceof Uint8Array ? found : undefined;
    },
    put: (name, sealed) => set(name, sealed, store),
    remove: (name) => del(name, store),
  };
}
