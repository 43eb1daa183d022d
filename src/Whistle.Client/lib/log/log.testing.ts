import { base64, concat } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import type { SigningKey } from "../sign.ts";
import { joinNote, signNote, type NoteKey } from "../signedNote.ts";
import { proofText } from "./proof.ts";
import { tileWidth, type TileFetch } from "./tiles.ts";
import { consistencyPath, emptyRoot, inclusionPath, leafHash, nodeHash, split, type Range } from "./tree.ts";

/** A log in memory, which a test may bend. */
export class MemoryLog {
  readonly entries: Uint8Array[] = [];
  /** Replaces what is served under a path. */
  readonly lies = new Map<string, Uint8Array>();
  readonly asked: string[] = [];
  /** A witness's line over each checkpoint. */
  cosign: ((text: string) => string) | undefined;
  readonly key: NoteKey;
  /** What a liar would sign with. */
  readonly signing: SigningKey;

  constructor(name: string, signing: SigningKey) {
    this.key = { name, key: signing.publicKey };
    this.signing = signing;
  }

  checkpoint(size = this.entries.length): string {
    const text = `${this.key.name}\n${size}\n${base64(this.#hash({ start: 0, end: size }))}\n`;
    return joinNote(text, [signNote(text, this.key.name, this.signing), ...(this.cosign === undefined ? [] : [this.cosign(text)])]);
  }

  proof(index: number, size = this.entries.length): string {
    return proofText({ index, hashes: inclusionPath(index, size).map((range) => this.#hash(range)), checkpoint: this.checkpoint(size) });
  }

  consistency(first: number, second = this.entries.length): Uint8Array[] {
    return consistencyPath(first, second).map((range) => this.#hash(range));
  }

  readonly fetch: TileFetch = async (path) => {
    this.asked.push(path);
    const lie = this.lies.get(path);
    if (lie !== undefined) {
      return lie;
    }
    const [, level, digits, width] = /^tile\/(entries|\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? [];
    if (level === undefined || digits === undefined) {
      throw new WhistleError("not-found");
    }
    const index = Number(digits.replaceAll(/[x/]/g, ""));
    const at = Array.from({ length: Number(width ?? tileWidth) }, (_, i) => index * tileWidth + i);
    if (level === "entries") {
      return concat(...at.map((i) => this.#bundled(i)));
    }
    const leaves = tileWidth ** Number(level);
    return concat(...at.map((i) => this.#hash({ start: i * leaves, end: (i + 1) * leaves })));
  };

  #bundled(index: number): Uint8Array {
    const entry = this.entries[index];
    if (entry === undefined) {
      throw new WhistleError("not-found");
    }
    return concat(Uint8Array.of(entry.length >> 8, entry.length & 255), entry);
  }

  #hash({ start, end }: Range): Uint8Array {
    if (start === end) {
      return emptyRoot;
    }
    const entry = this.entries[start];
    if (entry === undefined) {
      throw new WhistleError("not-found");
    }
    if (end - start === 1) {
      return leafHash(entry);
    }
    const middle = start + split(end - start);
    return nodeHash(this.#hash({ start, end: middle }), this.#hash({ start: middle, end }));
  }
}
