import { hex } from "./bytes.ts";
import { verifyDirectory, type Directory } from "./directory.ts";
import { codeOf } from "./errors.ts";
import type { Hash } from "./types.ts";

type Fetch = (hash: Hash, signal?: AbortSignal) => Promise<string>;

/** So far is looked back for the author of something that names no version; versions live 60 days at most. */
const maxBack = 50;

/**
 * The published versions of the directory under the root of one that is trusted, each fetched once. Whoever signed is
 * looked up in the version that the signed thing names: by the current one a person who enrolled anew would have forged
 * everything they wrote before.
 */
export class Versions {
  readonly current: Directory;
  readonly #fetch: Fetch | undefined;
  readonly #known: Map<Hash, Directory | undefined>;

  /** Without `fetch` there is only the current one. `before` lends what it has fetched already, under the same root. */
  constructor(current: Directory, fetch?: Fetch, before?: Versions) {
    const same = before !== undefined && hex(before.current.root) === hex(current.root);
    this.current = current;
    this.#fetch = fetch;
    this.#known = new Map(same ? [...before.#known].filter(([, version]) => version !== undefined) : []);
    this.#known.set(current.hash, current);
  }

  /** Undefined where the server does not have it, or what it gives does not hold under this root. Throws `network` and the like. */
  async find(hash: Hash, signal?: AbortSignal): Promise<Directory | undefined> {
    if (!this.#known.has(hash)) {
      this.#known.set(hash, await this.#load(hash, signal));
    }
    return this.#known.get(hash);
  }

  /** The current version and those before it, newest first; ends where one can't be had. */
  async *back(signal?: AbortSignal): AsyncGenerator<Directory> {
    let version: Directory | undefined = this.current;
    for (let n = 0; version !== undefined && n <= maxBack; n++) {
      yield version;
      const { previous, version: number }: Directory["content"] = version.content;
      version = number > 1 ? await this.find(previous, signal) : undefined;
    }
  }

  async #load(hash: Hash, signal: AbortSignal | undefined): Promise<Directory | undefined> {
    try {
      const directory = this.#fetch && verifyDirectory(await this.#fetch(hash, signal), hex(this.current.root));
      return directory?.hash === hash ? directory : undefined;
    } catch (error) {
      const code = codeOf(error);
      if (code === "not-found" || code.startsWith("directory-")) {
        return undefined;
      }
      throw error;
    }
  }
}
