import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import * as cctv from "cctv-age";
import { decodeIdentity, decodeRecipient, encodeIdentity, encodeRecipient, fileSize, hasExactly, identityFromSeed, newIdentity, open, openInPieces, seal, sealInPieces, stanzaTypes, tryOpen } from "./age.ts";
import { h, hex, utf8 } from "./bytes.ts";
import { codeOf } from "./errors.ts";
import { systemRandom } from "./random.ts";
import { deterministicRandom } from "./random.testing.ts";

const random = deterministicRandom(new Uint8Array(32).fill(7));

test("an identity and its recipient are written as age-encryption writes them", async () => {
  const identity = newIdentity(random);
  const text = encodeIdentity(identity);
  assert.equal(text.length, 77);
  assert.equal(await identityToRecipient(text), encodeRecipient(identity.recipient));
  assert.deepEqual(decodeIdentity(text).recipient, identity.recipient);
  assert.deepEqual(decodeRecipient(encodeRecipient(identity.recipient)), identity.recipient);
});

for (const size of [0, 1, 4096, 65535, 65536, 65537, 131072, 200_000]) {
  test(`what we seal opens in age-encryption, and the other way round: ${size} bytes`, async () => {
    const plaintext = systemRandom(size);
    const identity = newIdentity(random);
    const sealed = seal(plaintext, [identity.recipient], 2, random);
    assert.equal(sealed.length, fileSize(2, size));
    const decrypter = new Decrypter();
    decrypter.addIdentity(encodeIdentity(identity));
    assert.deepEqual(await decrypter.decrypt(sealed), plaintext);

    const encrypter = new Encrypter();
    encrypter.addRecipient(encodeRecipient(newIdentity(random).recipient));
    encrypter.addRecipient(encodeRecipient(identity.recipient));
    assert.deepEqual(open(await encrypter.encrypt(plaintext), identity), plaintext);
  });
}

test("sealing and opening in pieces gives the same bytes as in one go, and reports progress", async () => {
  const plaintext = systemRandom(150_000);
  const identity = identityFromSeed(new Uint8Array(32).fill(1));
  const seed = new Uint8Array(32).fill(2);
  const seen: number[] = [];
  const pieces = await sealInPieces(
    { size: plaintext.length, read: (at, end) => Promise.resolve(plaintext.subarray(at, end)) },
    [identity.recipient],
    2,
    deterministicRandom(seed),
    (done) => Promise.resolve(void seen.push(done)),
  );
  assert.deepEqual(pieces, seal(plaintext, [identity.recipient], 2, deterministicRandom(seed)));
  assert.equal(seen.length, 3);
  assert.equal(seen.at(-1), 1);
  assert.deepEqual(await openInPieces(pieces, identity, () => Promise.resolve()), plaintext);
});

test("a file for sixteen has exactly sixteen stanzas and opens for each of its readers and nobody else", () => {
  const readers = [1, 2, 3].map(() => newIdentity(random));
  const file = seal(utf8("key"), readers.map((r) => r.recipient), 16, random);
  assert.equal(stanzaTypes(file).length, 16);
  assert.ok(hasExactly(file, 16));
  assert.ok(!hasExactly(file, 15));
  for (const reader of readers) {
    assert.deepEqual(open(file, reader), utf8("key"));
  }
  assert.equal(tryOpen(file, newIdentity(random)), undefined);
  assert.throws(() => open(file, newIdentity(random)), { code: "age-no-match" });
});

test("the place of a stanza says nothing about whose it is", () => {
  const identity = newIdentity(random);
  const places = new Set<string>();
  for (let i = 0; i < 12; i++) {
    // With the same throwaways the first stanza's bytes differ by the shuffle alone; so count distinct openings.
    const file = seal(utf8("x"), [identity.recipient], 2, random);
    const lines = new TextDecoder().decode(file).split("\n-> ");
    assert.equal(lines.length, 3);
    places.add(opensAlone(file, identity) ? "first" : "second");
  }
  assert.deepEqual([...places].sort(), ["first", "second"]);
});

/** Whether the first stanza is this identity's: with that stanza's body altered the file no longer opens at all. */
function opensAlone(file: Uint8Array, identity: ReturnType<typeof newIdentity>): boolean {
  const copy = file.slice();
  const secondLineFeed = copy.indexOf(10, copy.indexOf(10) + 1);
  copy[secondLineFeed + 1] = copy[secondLineFeed + 1] === 65 ? 66 : 65;
  try {
    open(copy, identity);
    return false;
  } catch (error) {
    return codeOf(error) === "age-no-match";
  }
}

test("any altered, added or missing byte is refused", () => {
  const identity = newIdentity(random);
  const file = seal(systemRandom(100), [identity.recipient], 1, random);
  for (let i = 0; i < file.length; i += 7) {
    const altered = file.slice();
    altered[i] = (altered[i] as number) ^ 1;
    assert.equal(tryOpen(altered, identity), undefined, `byte ${i}`);
  }
  for (const cut of [0, 10, 100, file.length - 17, file.length - 1]) {
    assert.equal(tryOpen(file.subarray(0, cut), identity), undefined, `cut at ${cut}`);
  }
  assert.equal(tryOpen(Uint8Array.of(...file, 0), identity), undefined);
});

test("identities and recipients in another form are refused", () => {
  const text = encodeIdentity(newIdentity(random));
  const recipient = encodeRecipient(newIdentity(random).recipient);
  for (const bad of [text.toLowerCase(), `${text}Q`, text.slice(0, -1), text.replace("PQ", "PR"), ""]) {
    assert.throws(() => decodeIdentity(bad), { code: "identity-malformed" });
  }
  for (const bad of [recipient.toUpperCase(), recipient.slice(0, -1), `${recipient}q`, "age1pq1", "age1qqqq"]) {
    assert.throws(() => decodeRecipient(bad), { code: "recipient-malformed" });
  }
});

const table: Readonly<Record<string, Uint8Array>> = { ...cctv };
const hybrid = Object.keys(table).filter((name) => /^hybrid/.test(name));

test("there are public vectors for hybrid recipients", () => assert.ok(hybrid.length >= 10, `${hybrid.length}`));

for (const name of hybrid) {
  const bytes = table[name] ?? new Uint8Array(0);
  const split = indexOfBlankLine(bytes);
  const fields = new Map(new TextDecoder().decode(bytes.subarray(0, split)).split("\n").map((line) => line.split(": ", 2) as [string, string]));
  test(`public vector ${name}: ${fields.get("expect")}`, () => {
    const identity = decodeIdentity(fields.get("identity") ?? "");
    const rest = bytes.subarray(split + 2);
    const file = fields.get("compressed") === "zlib" ? new Uint8Array(inflateSync(rest)) : rest;
    if (fields.get("expect") === "success") {
      assert.equal(hex(h(open(file, identity))), fields.get("payload"));
    } else {
      assert.throws(() => open(file, identity), { code: /^age-/ });
    }
  });
}

function indexOfBlankLine(bytes: Uint8Array): number {
  for (let i = 0; ; i++) {
    if (bytes[i] === 10 && bytes[i + 1] === 10) {
      return i;
    }
  }
}
