import assert from "node:assert/strict";
import { test } from "node:test";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { decodeIdentity, encodeIdentity, fileSize, hasExactly, newIdentity, open, seal } from "./age.ts";
import { base64url, concat, fromBase64, fromBase64url, fromHex, fromUtf8, h, hex, lp, readLp, readU64, u32, u64, utf8 } from "./bytes.ts";
import { caseIdOf, caseKeySize, newCaseKey, sealCaseKey, tryOpenCaseKey } from "./caseKey.ts";
import { formatDay, isoDay, nextClock, parseIsoDay, quarterOf } from "./days.ts";
import { blobSize, readStream } from "./deskApi.ts";
import { deriveReceipt } from "./derive.ts";
import { codeOf } from "./errors.ts";
import { identitySize, openIdentity, sealIdentity } from "./identityEnvelope.ts";
import { canonicalText, parseCanonical, pad, unpad, type Json } from "./jcs.ts";
import { noHash, openMessage, sealMessage, sourceMember } from "./message.ts";
import { openNote, sealNote, verifyNote } from "./note.ts";
import { isSolution, solve } from "./pow.ts";
import { randomBelow, shuffle } from "./random.ts";
import { deterministicRandom } from "./random.testing.ts";
import { completeWord, newEntropy, parseWords, positionsToAsk, wordsOf } from "./receipt.ts";
import { openSheet, sealSheet, sheetSize, verifySheet } from "./sheet.ts";
import { signingKey, verify } from "./sign.ts";
import { openState, sealState, stateSize } from "./state.ts";
import { maxNamed } from "./types.ts";
import { wordList } from "./wordList.ts";

const random = deterministicRandom(new Uint8Array(32).fill(11));
const root = random(32);

// 1

test("canonical JSON is RFC 8785's, and everything else is refused", () => {
  assert.equal(canonicalText({ b: 1, a: ["x", { "\u20ac": "\u000f\n", "\ud83d\ude00": 2, "\ufb33": 0 }] }), '{"a":["x",{"\u20ac":"\\u000f\\n","\ud83d\ude00":2,"\ufb33":0}],"b":1}');
  for (const bad of ['{"a":1,"a":1}', '{"b":1,"a":1}', ' {"a":1}', '{"a":1.5}', '{"a":1e2}', '{"a":true}', '{"a":null}', '{"a":9007199254740992}', '{"a":-0}', '{"a":"\\u0041"}', '{"a":"\\ud800"}', "{", "", '{"a":1}x', `${"[".repeat(18)}${"]".repeat(18)}`]) {
    assert.throws(() => parseCanonical(utf8(bad)), { code: /^json-/ }, bad);
  }
  assert.deepEqual(parseCanonical(utf8('{"__proto__":"x","a":-1}')), Object.assign(Object.create(null) as object, { ["__proto__"]: "x", a: -1 }));
  assert.throws(() => canonicalText({ a: 1.5 } as Json), { code: "json-not-canonical" });
});

test("members in whatever order they stand give the same canonical JSON", () => {
  const names = ["", "10", "9", "a", "b", "\\ud", "\u20ac", "\ufb33", "\ud83d\ude00", "__proto__", "toJSON"];
  const texts = ["", "\\ud800", "\u0000\u001f\u2028\"\\/", "\ud83d\ude00\ufeff", "x"];
  const below = (n: number): number => (random(1)[0] as number) % n;
  const some = (depth: number): Json => {
    switch (depth > 4 ? below(2) : below(4)) {
      case 0:
        return texts[below(texts.length)] as string;
      case 1:
        return [0, -1, -0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER][below(5)] as number;
      case 2:
        return Array.from({ length: below(4) }, () => some(depth + 1));
      default:
        return Object.fromEntries(Array.from({ length: below(6) }, () => [names[below(names.length)] as string, some(depth + 1)]));
    }
  };
  const inOrder = (value: Json, order: (names: string[]) => string[]): Json =>
    typeof value !== "object"
      ? value
      : Array.isArray(value)
        ? value.map((item: Json) => inOrder(item, order))
        : Object.fromEntries(order(Object.keys(value)).map((name) => [name, inOrder((value as Record<string, Json>)[name] as Json, order)]));
  for (let i = 0; i < 2000; i++) {
    const value = some(0);
    const text = canonicalText(inOrder(value, (all) => all.sort()));
    assert.equal(canonicalText(inOrder(value, (all) => all.sort().reverse())), text);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    assert.equal(canonicalText(parseCanonical(utf8(text))), text);
  }
  for (const lone of ["\ud800", "\udc00x", "\\ud\ud800"]) {
    assert.throws(() => canonicalText({ a: lone }), { code: "json-not-canonical" });
    assert.throws(() => canonicalText({ [lone]: 1 }), { code: "json-not-canonical" });
  }
});

test("padding is spaces to the size, and text that is longer is refused", () => {
  assert.deepEqual(pad(utf8("{}"), 4), utf8("{}  "));
  assert.deepEqual(unpad(utf8("{}  ")), utf8("{}"));
  assert.throws(() => pad(utf8("{}   "), 4), { code: "too-long" });
});

test("bytes in text have one form each", () => {
  assert.equal(base64url(Uint8Array.of(255, 254, 253, 0)), "__79AA");
  for (const bad of ["__79AB", "__79AA==", "//79AA", "__79A", "__79 AA", "__79AA\n"]) {
    assert.throws(() => fromBase64url(bad), { code: "not-base64" }, bad);
  }
  assert.throws(() => fromBase64("QQ"), { code: "not-base64" });
  for (const bad of ["AB", "a", "0g", "0x"]) {
    assert.throws(() => fromHex(bad), { code: "not-hex" }, bad);
  }
  assert.throws(() => fromUtf8(Uint8Array.of(0xc0, 0x80)), { code: "not-utf8" });
  assert.deepEqual(concat(u32(1), u64(2 ** 40)), Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0));
  assert.equal(readU64(u64(2 ** 40), 0), 2 ** 40);
  assert.deepEqual(readLp(concat(lp(utf8("ab")), lp(utf8(""))), 2).map(fromUtf8), ["ab", ""]);
  assert.throws(() => readLp(concat(lp(utf8("ab")), u32(9)), 2), { code: "truncated" });
  assert.throws(() => readLp(concat(lp(utf8("ab")), utf8("x")), 1), { code: "trailing-bytes" });
});

test("shuffling reaches every order and keeps every item", () => {
  const orders = new Set(Array.from({ length: 200 }, () => shuffle(["a", "b", "c"], random).join("")));
  assert.equal(orders.size, 6);
  assert.ok(Array.from({ length: 200 }, () => randomBelow(random, 7)).every((n) => n >= 0 && n < 7));
  assert.throws(() => randomBelow(random, 0), { code: "out-of-range" });
});

// 3

test("the word list is BIP-39's", () => {
  assert.equal(wordList().length, 2048);
  assert.deepEqual(wordList(), wordlist);
});

test("the check value of the receipt", () => {
  const entropy = fromHex("000102030405060708090a0b0c0d0e0f");
  const words = "abandon amount liar amount expire adjust cage candy arch gather drum buyer";
  assert.equal(wordsOf(entropy).join(" "), words);
  assert.equal(deriveReceipt(entropy).mailboxId, "0e0642681b17595f931c78bde18f8187");
  for (const form of [words.toUpperCase(), words.replaceAll(" ", ",\n"), words.split(" ").map((word, i) => `${i + 1}. ${word}`).join("\n"), `  ${words.replaceAll(" ", "\t ")}. `]) {
    assert.deepEqual(parseWords(form), entropy, form);
  }
});

test("words that are wrong are told by their place, or that they don't fit together", () => {
  const words = wordsOf(newEntropy(random));
  assert.deepEqual(parseWords(words.join(" ")), parseWords(words.join(" ")));
  const at = (input: string) => {
    try {
      parseWords(input);
      return "accepted";
    } catch (error) {
      return `${codeOf(error)} ${(error as { positions: number[] }).positions.join()}`;
    }
  };
  assert.equal(at([...words.slice(0, 3), "xyzzy", ...words.slice(4, 8), "plugh", ...words.slice(9)].join(" ")), "words-not-on-list 4,9");
  assert.equal(at(words.slice(0, 11).join(" ")), "words-count ");
  assert.equal(at(""), "words-count ");
  const other = words[11] === "zoo" ? "abandon" : "zoo";
  const swapped = [...words.slice(0, 11), other].join(" ");
  assert.match(at(swapped), /^(words-checksum |accepted)$/);
  const refused = Array.from({ length: 64 }, () => {
    const changed = wordsOf(newEntropy(random));
    changed[0] = changed[0] === "able" ? "about" : "able";
    return at(changed.join(" "));
  }).filter((result) => result === "words-checksum ").length;
  assert.ok(refused > 45, `${refused} of 64, 60 expected`);
});

test("first letters complete to words of the list", () => {
  assert.deepEqual(completeWord("Aban"), ["abandon"]);
  assert.deepEqual(completeWord("zo"), ["zone", "zoo"]);
  assert.deepEqual(completeWord(""), []);
  const [a, b] = positionsToAsk(random);
  assert.ok(a >= 0 && a < b && b < 12);
});

// 4, 5

const key = newCaseKey(random);
const source = deriveReceipt(newEntropy(random));
const author = signingKey(random(32));
const to = { recipient: key.identity.recipient, reply: source.reply.recipient };

test("a case key file has 25092 bytes, opens for its readers, and proves the case it belongs to", () => {
  const reader = newIdentity(random);
  const file = sealCaseKey(key, [reader.recipient], random);
  assert.equal(file.length, 25_092);
  assert.equal(caseKeySize, 25_092);
  assert.equal(tryOpenCaseKey(file, reader)?.id, key.id);
  assert.equal(key.id, caseIdOf(key.identity.recipient, key.access.publicKey));
  assert.equal(tryOpenCaseKey(file, newIdentity(random)), undefined);
  assert.equal(encodeIdentity(decodeIdentity(encodeIdentity(key.identity))), encodeIdentity(key.identity));
  const line = utf8(`${encodeIdentity(key.identity)}\n`);
  for (const n of [15, 17]) {
    assert.equal(tryOpenCaseKey(seal(line, [reader.recipient], n, random), reader), undefined, `${n} stanzas`);
  }
  assert.throws(() => tryOpenCaseKey(seal(new Uint8Array(78).fill(65), [reader.recipient], 16, random), reader), { code: "case-key-malformed" });
  assert.throws(() => sealCaseKey(key, Array.from({ length: 17 }, () => reader.recipient), random), { code: "too-many-recipients" });
});

const sheet = { case: key.id, version: 1, channel: "ab".repeat(16), directory: noHash, day: 20_000, lang: "en", title: "T", category: "", severity: "", author: "source" };

test("a sheet has 5755 bytes, its title at most 200 code points, its author's signature", () => {
  const sealed = sealSheet({ ...sheet, title: "😀".repeat(300) }, to.recipient, root, author, random);
  assert.equal(sealed.length, 5755);
  assert.equal(sheetSize + caseKeySize, blobSize);
  const opened = openSheet(sealed, key.identity);
  assert.equal([...opened.title].length, 200);
  verifySheet(opened, root, author.publicKey);
  assert.throws(() => verifySheet({ ...opened, title: "other" }, root, author.publicKey), { code: "signature-invalid" });
  assert.throws(() => verifySheet(opened, random(32), author.publicKey), { code: "signature-invalid" });
  assert.throws(() => openSheet(sealed, newIdentity(random)), { code: "sealed-unreadable" });
});

function message(text: string): Parameters<typeof sealMessage>[0] {
  return {
    case: key.id,
    dir: "source",
    seq: 1,
    prev: noHash,
    seen: { seq: 0, hash: noHash },
    day: 20_000,
    lang: "en",
    signer: "source",
    directory: noHash,
    body: { kind: "report", text, answers: [] },
    attachments: [],
    source: sourceMember({ mailbox: source.mailboxAuth.publicKey, signing: source.sourceSign.publicKey, reply: source.reply.recipient, contentBlind: source.contentBlind, readers: [], excluded: [] }),
  };
}

test("messages come in five sizes of 3216 bytes more, and longer text is refused before sealing", () => {
  const sizes = [0, 4000, 10_000, 30_000, 60_000].map((n) => sealMessage(message("x".repeat(n)), to, root, source.sourceSign, random).length);
  assert.deepEqual(sizes, [4096, 8192, 16_384, 32_768, 65_536].map((n) => n + 3216));
  assert.throws(() => sealMessage(message("x".repeat(65_536)), to, root, source.sourceSign, random), { code: "text-too-long" });
});

test("a message opens for the case and, where that was wanted, for the source; never with another number of stanzas", () => {
  const both = sealMessage(message("x"), to, root, source.sourceSign, random);
  assert.equal(openMessage(both, key.identity).body.text, "x");
  assert.equal(openMessage(both, source.reply).body.text, "x");
  const one = sealMessage(message("x"), { ...to, reply: undefined }, root, source.sourceSign, random);
  assert.equal(one.length, both.length);
  assert.throws(() => openMessage(one, source.reply), { code: "sealed-unreadable" });
  for (const n of [1, 3]) {
    assert.throws(() => openMessage(seal(open(both, key.identity), [to.recipient], n, random), key.identity), { code: "sealed-unreadable" }, `${n}`);
  }
  assert.throws(() => openMessage(seal(open(both, key.identity).subarray(0, 4095), [to.recipient], 2, random), key.identity), { code: "sealed-unreadable" });
  const reordered = utf8(fromUtf8(open(both, key.identity)).replace('{"attachments"', '{ "attachments"'));
  assert.throws(() => openMessage(seal(reordered, [to.recipient], 2, random), key.identity), { code: "sealed-unreadable" });
});

test("members that the specification does not name, or that are missing, are refused", () => {
  const signed = (change: Record<string, Json>) => seal(pad(utf8(canonicalText({ v: 1, ...message("x"), sig: "x", ...change } as unknown as Json)), 8192), [to.recipient], 2, random);
  assert.equal(openMessage(signed({}), key.identity).seq, 1);
  assert.equal(openMessage(signed({ day: 2_932_896 }), key.identity).day, 2_932_896);
  for (const change of [{ more: 1 }, { v: 2 }, { dir: "server" }, { case: "AB".repeat(16) }, { attachments: {} }, { seq: -1 }, { seq: 2 }, { day: 2_932_897 }, { day: -1 }] as Record<string, Json>[]) {
    assert.throws(() => openMessage(signed(change), key.identity), { code: "message-malformed" }, JSON.stringify(change));
  }
});

test("a note has one stanza, so that it never reaches a source", () => {
  const note = { case: key.id, id: "cd".repeat(16), author: "ef".repeat(16), day: 1, text: "n", mentions: [] };
  const sealed = sealNote(note, to.recipient, root, author, random);
  assert.ok(hasExactly(sealed, 1));
  verifyNote(openNote(sealed, key.identity), root, author.publicKey);
  assert.throws(() => verifyNote({ ...openNote(sealed, key.identity), text: "m" }, root, author.publicKey), { code: "signature-invalid" });
});

test("a record is a note of another kind, and one that is not written by the rules is refused", () => {
  const note = { case: key.id, id: "cd".repeat(16), author: "ef".repeat(16), day: 1, text: "n", mentions: [] };
  const one = { id: "11".repeat(16), name: "a", type: "text/plain", size: 1, file: "22".repeat(32), cipher: "33".repeat(32) };
  const record = { kind: "task", about: "ab".repeat(16), fields: [{ q: "due", values: ["2026-03-02"] }] };
  const sealed = (more: object) => sealNote({ ...note, ...more }, to.recipient, root, author, random);
  assert.deepEqual(openNote(sealed({ record, attachments: [one] }), key.identity).record, record);
  assert.equal(sealed({ record }).length, sealed({}).length, "a record is as long as a note");
  const wrong = [
    { record: { ...record, kind: "Task" } },
    { record: { ...record, kind: "" } },
    { record: { ...record, fields: [record.fields[0], record.fields[0]] } },
    { record: { ...record, more: 1 } },
    { attachments: [] },
    { attachments: [one, { ...one, id: "44".repeat(16) }] },
  ];
  for (const more of wrong) {
    assert.throws(() => openNote(sealed(more), key.identity), { code: "note-malformed" }, JSON.stringify(more));
  }
});

test("an identity and a dummy look alike: 14606 bytes, eight stanzas", () => {
  const custodian = newIdentity(random);
  const given = sealIdentity(key.id, { name: "Ana", contact: "+49", custodians: [custodian.recipient] }, random);
  const none = sealIdentity(key.id, undefined, random);
  assert.deepEqual([given.length, none.length, identitySize], [14_606, 14_606, 14_606]);
  assert.ok(hasExactly(given, 8) && hasExactly(none, 8));
  assert.equal(openIdentity(given, custodian, key.id).name, "Ana");
  assert.throws(() => openIdentity(none, custodian, key.id), { code: "sealed-unreadable" });
  assert.throws(() => openIdentity(given, custodian, "00".repeat(16)), { code: "identity-invalid" });
  assert.throws(() => sealIdentity(key.id, { name: "é".repeat(101), contact: "", custodians: [] }, random), { code: "identity-too-long" });
});

test("the state has 4136 bytes and belongs to one mailbox", () => {
  const state = { case: key.id, recipient: to.recipient, root: hex(root), directory: noHash, version: 3, channel: "ab".repeat(16), copy: "none" as const, readers: Array.from({ length: 15 }, () => `${"ab".repeat(16)}/${"cd".repeat(16)}`), excluded: [`recovery/${"cd".repeat(16)}`] };
  const sealed = sealState(state, source.stateKey, source.mailboxId, random);
  assert.equal(sealed.length, 4136);
  assert.equal(stateSize, 4136);
  assert.deepEqual(openState(sealed, source.stateKey, source.mailboxId), { v: 1, ...state });
  assert.throws(() => openState(sealed, source.stateKey, "00".repeat(16)), { code: "state-invalid" });
  assert.throws(() => openState(sealed, random(32), source.mailboxId), { code: "state-invalid" });
  assert.throws(() => openState(new Uint8Array(0), source.stateKey, source.mailboxId), { code: "state-missing" });
});

test("a state of the most readers and people left out fits, at any version, and one more does not", () => {
  const reader = (i: number) => `${"ab".repeat(15)}${String(i).padStart(2, "0")}/${"cd".repeat(16)}`;
  const list = (n: number, from = 0) => Array.from({ length: n }, (_, i) => reader(from + i));
  const state = { case: key.id, recipient: to.recipient, root: hex(root), directory: noHash, version: Number.MAX_SAFE_INTEGER, channel: "ab".repeat(16), copy: "none" as const };
  const { source: member, ...first } = message("x");
  assert.ok(member !== undefined);
  for (const readers of [16, 1]) {
    const most = { ...state, readers: list(readers), excluded: list(maxNamed - readers, readers) };
    const sealed = (lists: Pick<typeof most, "readers" | "excluded">) => sealState({ ...state, ...lists }, source.stateKey, source.mailboxId, random);
    assert.deepEqual(openState(sealed(most), source.stateKey, source.mailboxId), { v: 1, ...most });
    assert.throws(() => sealed({ ...most, excluded: [...most.excluded, reader(99)] }), { code: "too-long" });
    const said = ({ readers, excluded }: Pick<typeof most, "readers" | "excluded">): unknown => openMessage(sealMessage({ ...first, source: { ...member, readers, excluded } }, to, root, source.sourceSign, random), key.identity).source;
    assert.deepEqual(said(most), { ...member, readers: most.readers, excluded: most.excluded });
    assert.throws(() => said({ readers: list(17), excluded: [] }), { code: "message-malformed" });
    assert.throws(() => said({ readers: list(1), excluded: list(maxNamed + 1) }), { code: "message-malformed" });
  }
});

test("age file sizes are those of the specification", () => {
  for (const [stanzas, n] of [[1, 0], [2, 65_536], [16, 78], [1, 65_537]] as const) {
    assert.equal(seal(new Uint8Array(n), [], stanzas, random).length, fileSize(stanzas, n));
  }
});

// 8.3

test("a proof of work is found, starts anywhere, can be cancelled, and is bound to nonce and subject", async () => {
  const nonce = random(56);
  const seen: number[] = [];
  const counter = await solve(nonce, utf8("manifest"), 12, random, { progress: (done) => seen.push(done) });
  assert.ok(isSolution(nonce, utf8("manifest"), 12, counter));
  assert.ok(counter > 2 ** 32);
  assert.equal(seen.at(-1), 1);
  assert.ok(!isSolution(nonce, utf8("manifest"), 60, counter));
  const others = [isSolution(random(56), utf8("manifest"), 12, counter), isSolution(nonce, utf8("other"), 12, counter)];
  assert.deepEqual(others, [false, false]);
  const expected = h(utf8("whistle/pow/v1\0"), nonce, h(utf8("manifest")), u64(counter));
  assert.equal(expected[0], 0);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(solve(nonce, utf8("x"), 40, random, { signal: controller.signal }), { code: "cancelled" });
  await assert.rejects(solve(nonce, utf8("x"), 41, random), { code: "work-too-hard" });
});

// Signatures

test("keys of small order and signatures of another form are refused", () => {
  const zero = new Uint8Array(32);
  const one = Uint8Array.of(1, ...new Uint8Array(31));
  for (const bad of [zero, one, new Uint8Array(32).fill(255), new Uint8Array(31)]) {
    assert.equal(verify(bad, utf8("m"), new Uint8Array(64)), false);
    assert.equal(verify(bad, utf8("m"), concat(one, zero)), false);
  }
});

// Stream and days

test("a stream answer of another length is refused", () => {
  const blob = new Uint8Array(blobSize).fill(1);
  assert.deepEqual(readStream(concat(u32(1), u64(7), blob)).map((b) => b.position), [7]);
  for (const bad of [new Uint8Array(0), u32(1), concat(u32(2), u64(1), blob), concat(u32(0), u64(1))]) {
    assert.throws(() => readStream(bad), { code: "answer-malformed" });
  }
});

test("days are shown in UTC, in the reader's language", () => {
  const day = parseIsoDay("2026-03-03");
  assert.ok(day !== undefined);
  assert.equal(formatDay(day, "en-GB"), "3 March 2026");
  assert.equal(formatDay(day, "de"), "3. März 2026");
  assert.equal(isoDay(day), "2026-03-03");
  assert.equal(quarterOf(day), "2026-Q1");
  assert.equal(parseIsoDay("2026-02-30"), undefined);
  const clocks = { policy: "eu" as const, received: day, acknowledgeBy: day + 7, feedbackBy: day + 97 };
  assert.deepEqual(nextClock(clocks, day + 9), { act: "acknowledge", due: day + 7, done: undefined, left: -2, status: "overdue" });
  assert.equal(nextClock({ ...clocks, acknowledged: day }, day)?.act, "feedback");
  assert.equal(nextClock({ ...clocks, closed: day }, day), undefined);
});
