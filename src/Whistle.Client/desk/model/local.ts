import { createStore, delMany, get, setMany } from "idb-keyval";

/** What this browser keeps between two openings of the desk: sealed octets by name. Each call may fail or never end; nothing depends on it. */
export interface LocalStore {
  get(name: string): Promise<Uint8Array | undefined>;
  /** All of them or none, in the order of the calls. */
  put(entries: readonly (readonly [name: string, sealed: Uint8Array])[]): Promise<void>;
  remove(names: readonly string[]): Promise<void>;
  /** Calls `act` once this tab alone has the name, and lets the name go when the signal comes. */
  hold(name: string, signal: AbortSignal, act: () => void): void;
  /** Tells whoever listens, in this tab too. */
  tell(word: string): void;
  /** Calls back with what is told, until the signal comes. */
  listen(signal: AbortSignal, told: (word: string) => void): void;
}

/** The browser's own database (W3C Indexed Database API 3.0), where it allows one. */
export function browserStore(): LocalStore | undefined {
  if (typeof indexedDB === "undefined" || typeof navigator.locks === "undefined" || typeof BroadcastChannel === "undefined") {
    return undefined;
  }
  const store = createStore("whistle-desk", "sealed");
  return {
    get: async (name) => {
      const found: unknown = await get(name, store);
      return found instanceof Uint8Array ? found : undefined;
    },
    put: (entries) => setMany(entries.map(([name, sealed]) => [name, sealed]), store),
    remove: (names) => delMany([...names], store),
    hold: (name, signal, act) => {
      const held = async (): Promise<void> => {
        if (signal.aborted) {
          return;
        }
        act();
        await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
      };
      navigator.locks.request(`whistle-desk ${name}`, { signal }, held).catch(() => undefined); // the signal came first
    },
    tell: (word) => {
      const channel = new BroadcastChannel("whistle-desk");
      channel.postMessage(word);
      channel.close();
    },
    listen: (signal, told) => {
      const channel = new BroadcastChannel("whistle-desk");
      channel.onmessage = ({ data }) => told(String(data));
      signal.addEventListener("abort", () => channel.close(), { once: true });
    },
  };
}
