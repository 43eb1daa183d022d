import { fileSize, hasExactly, openInPieces, sealInPieces, type HybridIdentity } from "./age.ts";
import { concat, equal, hex, utf8 } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import type { MessageFile } from "./message.ts";
import { pause } from "./pause.ts";
import type { Random } from "./random.ts";
import { digest, piece, treeHash, treeHashOf } from "./treeHash.ts";
import type { Hash, ObjectRef, PlainFile } from "./types.ts";

// SPEC 5.5. The files of one message form one padded archive, so that neither their number nor their sizes show.

export const maxFiles = 64;
export const maxBytes = 26_214_400;
const minimum = 262_144;
const block = 512;
const stanzas = 2;

/** `Padmé(L)`: at most 12 % more, and few different sizes. */
export function padme(length: number): number {
  const e = Math.floor(Math.log2(length));
  const z = 2 ** (e - (Math.floor(Math.log2(e)) + 1));
  return Math.ceil(length / z) * z;
}

/** Length of the archive over files of these sizes, padding included. */
export function archiveSize(sizes: readonly number[]): number {
  const bare = sizes.reduce((sum, size) => sum + block + Math.ceil(size / block) * block, 0) + block + 2 * block;
  return padme(Math.max(bare, minimum));
}

/** Ciphertext bytes that these files will take. */
export function objectSize(sizes: readonly number[]): number {
  return fileSize(stanzas, archiveSize(sizes));
}

export type FilesProblem = "files-too-many" | "files-too-large";

export function filesProblem(files: readonly { readonly size: number }[]): FilesProblem | undefined {
  if (files.length > maxFiles) {
    return "files-too-many";
  }
  return files.reduce((sum, file) => sum + file.size, 0) > maxBytes ? "files-too-large" : undefined;
}

/**
 * A file name as it travels and is shown: one line, no path, nothing that reorders text, at most 120 code points
 * (the ending is kept).
 */
export function cleanName(name: string): string {
  const base = name
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
    .split(/[\\/]/)
    .at(-1) ?? "";
  const points = [...base.trim()];
  const ending = /\.[^.\s]{1,12}$/u.exec(base)?.[0] ?? "";
  const cut = points.length <= 120 ? points.join("") : `${points.slice(0, 119 - [...ending].length).join("")}…${ending}`;
  return /^\.*$/.test(cut) ? "file" : cut;
}

/** The media type as the page was told, or octets where that is no media type. Never trusted for showing a file. */
export function cleanType(type: string): string {
  return /^[a-z0-9][a-z0-9.+-]{0,62}\/[a-z0-9][a-z0-9.+-]{0,62}$/i.test(type) ? type.toLowerCase() : "application/octet-stream";
}

export interface SealedObject extends ObjectRef {
  readonly ciphertext: Uint8Array;
  readonly files: readonly MessageFile[];
}

/**
 * Packs and seals the files of one message. Each file is read twice (its hash stands in the message that is signed,
 * and in the object); one that changed in between is refused: `file-changed`. Throws `files-too-many`, `files-too-large`.
 */
export async function sealFiles(
  files: readonly PlainFile[],
  recipients: readonly Uint8Array[],
  random: Random,
  options: { readonly signal?: AbortSignal | undefined; readonly progress?: ((done: number) => void) | undefined } = {},
): Promise<SealedObject> {
  const problem = filesProblem(files.map((file) => file.data));
  if (problem !== undefined) {
    throw new WhistleError(problem);
  }
  const total = Math.max(1, files.reduce((sum, file) => sum + file.data.size, 0));
  let hashed = 0;
  const readers: PieceReader[] = [];
  for (const file of files) {
    const reader = new PieceReader(file.data);
    await reader.digestAll(async (bytes) => {
      hashed += bytes;
      options.progress?.((0.2 * hashed) / total);
      await pause(options.signal);
    });
    readers.push(reader);
  }
  const ciphertext = await sealInPieces(new Archive(readers), recipients, stanzas, random, async (done) => {
    options.progress?.(0.2 + 0.8 * done);
    await pause(options.signal);
  });
  const id = hex(random(16));
  const cipher = await treeHash(ciphertext);
  return {
    id,
    cipher,
    size: ciphertext.length,
    ciphertext,
    files: files.map((file, i) => ({
      id,
      cipher,
      name: cleanName(file.name),
      type: cleanType(file.type),
      size: file.data.size,
      file: (readers[i] as PieceReader).treeHash(),
    })),
  };
}

/** The ciphertext in upload parts of a MiB; the last may be shorter. */
export function partsOf(ciphertext: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(ciphertext.length / piece) }, (_, n) => ciphertext.subarray(n * piece, (n + 1) * piece));
}

/**
 * One file out of a downloaded object. `index` is its 1-based place among the message's attachments.
 * Throws `attachment-invalid` where hash, size or archive are not what the signed message says, and
 * `attachment-unreadable` where it is not sealed to this identity.
 */
export async function openFile(
  ciphertext: Uint8Array,
  identity: HybridIdentity,
  expected: Pick<MessageFile, "cipher" | "file" | "size">,
  index: number,
  options: { readonly signal?: AbortSignal | undefined; readonly progress?: ((done: number) => void) | undefined } = {},
): Promise<Uint8Array> {
  if ((await treeHash(ciphertext)) !== expected.cipher || !hasExactly(ciphertext, stanzas)) {
    throw new WhistleError("attachment-invalid");
  }
  let archive: Uint8Array;
  try {
    archive = await openInPieces(ciphertext, identity, async (done) => {
      options.progress?.(done);
      await pause(options.signal);
    });
  } catch (error) {
    throw error instanceof WhistleError && error.code === "cancelled" ? error : new WhistleError("attachment-unreadable");
  }
  const file = member(archive, index);
  if (file?.length !== expected.size || (await treeHash(file)) !== expected.file) {
    throw new WhistleError("attachment-invalid");
  }
  return file;
}

/** A file read by the MiB, whose second reading must give the same pieces as the first. */
class PieceReader {
  readonly size: number;
  readonly #data: Blob;
  readonly #digests: Uint8Array[] = [];
  #current: { readonly n: number; readonly bytes: Uint8Array } | undefined;

  constructor(data: Blob) {
    this.#data = data;
    this.size = data.size;
  }

  async digestAll(each: (bytes: number) => Promise<void>): Promise<void> {
    for (let n = 0; n === 0 || n * piece < this.size; n++) {
      const bytes = await this.#load(n);
      this.#digests.push(await digest(bytes));
      await each(bytes.length);
    }
  }

  treeHash(): Hash {
    return treeHashOf(this.#digests);
  }

  /** Bytes at..end; checks each piece against the first reading. */
  async read(at: number, end: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let from = at; from < end; ) {
      const n = Math.floor(from / piece);
      if (this.#current?.n !== n) {
        const bytes = await this.#load(n);
        if (!equal(await digest(bytes), this.#digests[n] ?? new Uint8Array(0))) {
          throw new WhistleError("file-changed");
        }
        this.#current = { n, bytes };
      }
      const to = Math.min(end, (n + 1) * piece);
      parts.push(this.#current.bytes.subarray(from - n * piece, to - n * piece));
      from = to;
    }
    return concat(...parts);
  }

  async #load(n: number): Promise<Uint8Array> {
    try {
      const bytes = new Uint8Array(await this.#data.slice(n * piece, (n + 1) * piece).arrayBuffer());
      if (bytes.length === Math.min(piece, Math.max(0, this.size - n * piece))) {
        return bytes;
      }
    } catch {
      // Browsers refuse to read a file that was changed or taken away since it was chosen.
      throw new WhistleError("file-changed");
    }
    throw new WhistleError("file-changed");
  }
}

/** The archive as a thing that can be read anywhere, without ever being in memory as a whole. */
class Archive {
  readonly size: number;
  readonly #segments: readonly { readonly at: number; readonly end: number; read(at: number, end: number): Promise<Uint8Array> }[];

  constructor(files: readonly PieceReader[]) {
    const segments: { at: number; end: number; read(at: number, end: number): Promise<Uint8Array> }[] = [];
    let at = 0;
    const add = (length: number, read: (from: number, to: number) => Promise<Uint8Array>) => {
      segments.push({ at, end: at + length, read });
      at += length;
    };
    const addHeader = (name: string, size: number) => {
      const header = ustarHeader(name, size);
      add(block, (from, to) => Promise.resolve(header.subarray(from, to)));
    };
    const addZeros = (length: number) => add(length, (from, to) => Promise.resolve(new Uint8Array(to - from)));

    files.forEach((file, i) => {
      addHeader(memberName(i + 1), file.size);
      add(file.size, (from, to) => file.read(from, to));
      addZeros((block - (file.size % block)) % block);
    });
    this.size = archiveSize(files.map((file) => file.size));
    const padding = this.size - at - 3 * block;
    addHeader("PADDING", padding);
    addZeros(padding + 2 * block);
    this.#segments = segments;
  }

  async read(at: number, end: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (const segment of this.#segments) {
      const from = Math.max(at, segment.at);
      const to = Math.min(end, segment.end);
      if (from < to) {
        parts.push(await segment.read(from - segment.at, to - segment.at));
      }
    }
    return concat(...parts);
  }
}

function memberName(index: number): string {
  return String(index).padStart(4, "0");
}

/** POSIX ustar: mode 0644, owner 0, mtime 0, a regular file. */
export function ustarHeader(name: string, size: number): Uint8Array {
  const header = new Uint8Array(block);
  const put = (at: number, text: string) => header.set(utf8(text), at);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  put(0, name);
  put(100, octal(0o644, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(0, 11));
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\0");
  put(263, "00");
  put(329, octal(0, 7));
  put(337, octal(0, 7));
  put(148, `${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** A member by its place; undefined where the archive is not one of ours. */
function member(archive: Uint8Array, index: number): Uint8Array | undefined {
  let at = 0;
  for (let i = 1; at + block <= archive.length; i++) {
    const header = archive.subarray(at, at + block);
    const size = Number.parseInt(new TextDecoder().decode(header.subarray(124, 135)), 8);
    // Only headers that we would have written ourselves are read.
    if (!Number.isSafeInteger(size) || size < 0 || !equal(header, ustarHeader(memberName(i), size))) {
      return undefined;
    }
    const start = at + block;
    if (i === index) {
      return start + size <= archive.length ? archive.slice(start, start + size) : undefined;
    }
    at = start + Math.ceil(size / block) * block;
  }
  return undefined;
}

