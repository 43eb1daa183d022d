import assert from "node:assert/strict";
import { test } from "node:test";
import { fileSize, hasExactly, newIdentity, open } from "./age.ts";
import { archiveSize, cleanName, cleanType, objectSize, openFile, padme, partsOf, sealFiles, ustarHeader } from "./attachments.ts";
import { concat, h, hex } from "./bytes.ts";
import { systemRandom } from "./random.ts";
import { deterministicRandom } from "./random.testing.ts";
import { treeHash } from "./treeHash.ts";

const random = deterministicRandom(new Uint8Array(32).fill(13));
const key = newIdentity(random);
const recipients = [key.recipient];

function plain(name: string, bytes: Uint8Array) {
  return { name, type: "application/pdf", data: new Blob([new Uint8Array(bytes)]) };
}

test("Padmé adds at most an eighth and never takes away", () => {
  assert.deepEqual([262_144, 262_145, 300_000, 1_000_000, 26_214_400].map(padme), [262_144, 270_336, 303_104, 1_015_808, 26_214_400]);
  for (let length = 262_144; length < 30_000_000; length += 98_765) {
    assert.ok(padme(length) >= length && padme(length) <= length * 1.12 && padme(length) % 512 === 0);
  }
});

test("a tree hash is the hash of the pieces' hashes; an empty file has one empty piece", async () => {
  assert.equal(await treeHash(new Uint8Array(0)), hex(h(h(new Uint8Array(0)))));
  const bytes = systemRandom(1_048_577);
  assert.equal(await treeHash(bytes), hex(h(concat(h(bytes.subarray(0, 1_048_576)), h(bytes.subarray(1_048_576))))));
});

test("files of one message become one padded object that opens file by file", async () => {
  const contents = [systemRandom(1_300_000), new Uint8Array(0), systemRandom(512), systemRandom(511)];
  const seen: number[] = [];
  const sealed = await sealFiles(contents.map((bytes, i) => plain(`f${i}.pdf`, bytes)), recipients, random, { progress: (done) => seen.push(done) });
  assert.equal(sealed.size, fileSize(2, archiveSize(contents.map((bytes) => bytes.length))));
  assert.equal(sealed.size, objectSize(contents.map((bytes) => bytes.length)));
  assert.ok(hasExactly(sealed.ciphertext, 2));
  assert.equal(sealed.cipher, await treeHash(sealed.ciphertext));
  assert.deepEqual(partsOf(sealed.ciphertext).map((part) => part.length), [1_048_576, sealed.size - 1_048_576]);
  assert.ok(seen.every((done, i) => done >= (seen[i - 1] ?? 0)) && seen.at(-1) === 1);
  for (const [i, bytes] of contents.entries()) {
    const file = sealed.files[i];
    assert.ok(file !== undefined);
    assert.deepEqual(await openFile(sealed.ciphertext, key, file, i + 1), bytes);
    await assert.rejects(openFile(sealed.ciphertext, key, { ...file, file: "0".repeat(64) }, i + 1), { code: "attachment-invalid" });
    await assert.rejects(openFile(sealed.ciphertext, key, file, 5), { code: "attachment-invalid" });
  }
});

test("the archive is ustar: fixed fields, a checksum, PADDING, two zero blocks", async () => {
  const sealed = await sealFiles([plain("a", new Uint8Array(3).fill(65))], recipients, random);
  const archive = open(sealed.ciphertext, key);
  assert.equal(archive.length, 262_144);
  assert.deepEqual(archive.subarray(0, 512), ustarHeader("0001", 3));
  assert.deepEqual(archive.subarray(1024, 1536), ustarHeader("PADDING", 262_144 - 1024 - 512 - 1024));
  assert.ok(archive.subarray(1536).every((byte) => byte === 0));
  const text = new TextDecoder().decode(ustarHeader("0001", 3));
  assert.equal(text.slice(0, 5), "0001\0");
  assert.equal(text.slice(100, 108), "0000644\0");
  assert.equal(text.slice(124, 136), "00000000003\0");
  assert.equal(text.slice(257, 265), "ustar\0" + "00");
});

test("altered bytes and a stranger's key are told apart", async () => {
  const sealed = await sealFiles([plain("a", systemRandom(10))], recipients, random);
  const [file] = sealed.files;
  assert.ok(file !== undefined);
  const altered = sealed.ciphertext.map((byte, i) => (i === 9000 ? byte ^ 1 : byte));
  await assert.rejects(openFile(altered, key, file, 1), { code: "attachment-invalid" });
  await assert.rejects(openFile(altered, key, { ...file, cipher: await treeHash(altered) }, 1), { code: "attachment-unreadable" });
  await assert.rejects(openFile(sealed.ciphertext, newIdentity(random), file, 1), { code: "attachment-unreadable" });
  await assert.rejects(openFile(sealed.ciphertext.subarray(0, -1), key, file, 1), { code: "attachment-invalid" });
});

test("a file that changes between hashing and sealing is refused", async () => {
  let reads = 0;
  class Changing extends Blob {
    override slice(start?: number, end?: number): Blob {
      reads++;
      return reads === 1 ? super.slice(start, end) : new Blob([new Uint8Array(10)]);
    }
  }
  const data = new Changing([systemRandom(10) as Uint8Array<ArrayBuffer>]);
  await assert.rejects(sealFiles([{ name: "x", type: "", data }], recipients, random), { code: "file-changed" });
  assert.equal(reads, 2);
});

test("odd file names and types become harmless ones", () => {
  const table: [string, string][] = [
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\me\\report.pdf", "report.pdf"],
    ["a\u202egnp.exe", "agnp.exe"],
    ["line\nbreak.txt", "linebreak.txt"],
    ["", "file"],
    ["..", "file"],
    ["\ud800.txt", "\ufffd.txt"],
    [`${"x".repeat(300)}.pdf`, `${"x".repeat(115)}….pdf`],
  ];
  for (const [given, cleaned] of table) {
    assert.equal(cleanName(given), cleaned);
  }
  assert.equal(cleanType("text/HTML"), "text/html");
  assert.equal(cleanType("text/html; charset=x"), "application/octet-stream");
  assert.equal(cleanType(""), "application/octet-stream");
});
