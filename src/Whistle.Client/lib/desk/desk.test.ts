import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { encodeIdentity, newIdentity, seal } from "../age.ts";
import { concat, equal, fromUtf8, hex, lp, utf8 } from "../bytes.ts";
import { newCaseKey } from "../caseKey.ts";
import type { Released } from "../deskApi.ts";
import { readerName } from "../directory.ts";
import { canonicalText, pad, parseCanonical, type Json } from "../jcs.ts";
import { deterministicRandom } from "../random.testing.ts";
import { openJson } from "../sealed.ts";
import { asObject } from "../shape.ts";
import { signObject, signingKey, verify, verifyObject } from "../sign.ts";
import { parseSignatureLine } from "../signedNote.ts";
import { Versions } from "../versions.ts";
import { directoryNote, directoryText, makeWorld, origin } from "../world.testing.ts";
import { ceremonyRoot, isKeyName, newRootKey, openRootKey, readProposal, sealRootKey, signProposal } from "./ceremony.ts";
import { openDraft, sealDraft } from "./draft.ts";
import { enrolmentProof, newPersonKeys } from "./enrol.ts";
import { grantSize, openGrant, sealGrant } from "./grant.ts";
import { keyOf, openRing, sealRing, type Ring } from "./keyring.ts";
import { effWords, newPassphrase, parsePassphrase } from "./passphrase.ts";
import { approve, openClosing, openReleased, parseProposal, propose, proposeClosingText, releasedHash, verifyProposal, type ClosingText } from "./summary.ts";
import { identityFileSize, normalLogin, openIdentityFile, sealIdentityFile, splitPassphrase } from "./unlock.ts";

const random = deterministicRandom(new Uint8Array(32).fill(17));
const world = makeWorld(random);
const { root } = world.directory;
const versions = new Versions(world.directory);
const [lead, reviewer, other, approver] = world.people;
assert.ok(lead && reviewer && other && approver);
const key = newCaseKey(random);
const source = { signing: signingKey(random(32)).publicKey, reply: newIdentity(random).recipient };

// Unlock

test("a passphrase is seven words of the EFF's large list, read in any case and white space", () => {
  const words = effWords();
  assert.equal(words.length, 7776);
  assert.equal(createHash("sha256").update(`${words.join("\n")}\n`).digest("hex"), "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522");
  const passphrase = newPassphrase(random);
  assert.equal(passphrase.split(" ").length, 7);
  assert.equal(parsePassphrase(`  ${passphrase.toUpperCase().replaceAll(" ", "\n ")} `), passphrase);
  assert.throws(() => parsePassphrase(passphrase.replace(/^\S+/, "xyzzy")), { code: "words-not-on-list", positions: [1] });
  assert.throws(() => parsePassphrase("abacus abdomen"), { code: "words-count" });
});

test("one passphrase gives a password and an unlock key that differ by origin, name and server salt", async () => {
  const salt = new Uint8Array(32).fill(1);
  const base = await splitPassphrase("one two", origin, "R.Moreau", salt);
  assert.deepEqual(await splitPassphrase("one two", origin, "  r.moreau ", salt), base);
  assert.equal(base.unlockSeed.length, 32);
  assert.match(base.password, /^[\w-]{43}$/);
  for (const [phrase, at, name, s] of [["one three", origin, "r.moreau", salt], ["one two", "https://x.example", "r.moreau", salt], ["one two", origin, "b", salt], ["one two", origin, "r.moreau", new Uint8Array(32)]] as const) {
    const changed = await splitPassphrase(phrase, at, name, s);
    assert.notEqual(changed.password, base.password);
    assert.ok(!equal(changed.unlockSeed, base.unlockSeed));
  }
  assert.equal(normalLogin(" Ｒ.Moreau"), "r.moreau");
});

test("identity.age has 2683 bytes and opens with its passphrase alone", () => {
  const keys = newPersonKeys(random);
  const seed = random(32);
  const file = sealIdentityFile(keys.identity, keys.signing, seed, random);
  assert.equal(file.length, 2683);
  assert.equal(identityFileSize, 2683);
  const opened = openIdentityFile(file, seed);
  assert.equal(encodeIdentity(opened.identity), encodeIdentity(keys.identity));
  assert.deepEqual(opened.signing, keys.signing);
  assert.throws(() => openIdentityFile(file, random(32)), { code: "passphrase-wrong" });
});

test("an enrolment proof binds keys, invitation and origin", () => {
  const keys = newPersonKeys(random);
  const proof = enrolmentProof(keys, origin, "token");
  const message = (at: string, token: string) => concat(utf8("whistle/enrol/v1\0"), lp(utf8(at)), lp(utf8(token)), keys.identity.recipient, keys.signing.publicKey);
  assert.ok(verify(keys.signing.publicKey, message(origin, "token"), proof));
  assert.ok(!verify(keys.signing.publicKey, message(origin, "other"), proof));
  assert.ok(!verify(keys.signing.publicKey, message("https://x.example", "token"), proof));
});

// Grants

function grant(change: Partial<Parameters<typeof sealGrant>[0]> = {}, signer = lead) {
  return sealGrant(
    { key, to: other?.person as never, from: signer?.person.id ?? "", directory: world.directory.hash, source, readers: [], excluded: [], ...change },
    root,
    signer?.signing as never,
    random,
  );
}
const me = { id: other.person.id, identity: other.identity };

test("a grant has 9851 bytes and gives the case key with who was chosen and left out", async () => {
  const file = grant({ readers: [readerName(lead.person)], excluded: [readerName(reviewer.person)] });
  assert.equal(file.length, 9851);
  assert.equal(grantSize, 9851);
  const opened = await openGrant(file, me, lead.person.id, versions);
  assert.equal(opened.key.id, key.id);
  assert.deepEqual(opened.source, source);
  assert.equal(opened.from.name, "R. Moreau");
});

test("a forged, misaddressed or foreign grant is refused", async () => {
  const inside = asObject(openJson(grant(), me.identity, [8192], 1));
  const reseal = (object: Json) => seal(pad(utf8(canonicalText(object)), 8192), [me.identity.recipient], 1, random);
  const resign = (change: Record<string, Json>, by = lead) => {
    const { sig: _sig, ...unsigned } = inside;
    return reseal(signObject("grant", root, { ...unsigned, ...change }, by.signing));
  };
  const table: [string, Uint8Array, string][] = [
    ["altered after signing", reseal({ ...inside, key: encodeIdentity(newIdentity(random)) }), "signature-invalid"],
    ["signed by another than it names", resign({}, reviewer), "signature-invalid"],
    ["signed for another root", reseal(signObject("grant", random(32), (({ sig: _s, ...rest }) => rest)(inside), lead.signing)), "signature-invalid"],
    ["signed as another kind of object", reseal(signObject("note", root, (({ sig: _s, ...rest }) => rest)(inside), lead.signing)), "signature-invalid"],
    ["a key of another case", resign({ key: encodeIdentity(newIdentity(random)) }), "grant-wrong-key"],
    ["to somebody else", resign({ to: reviewer.person.id }), "grant-misaddressed"],
    ["I was left out", resign({ excluded: [readerName(other.person)] }), "excluded"],
    ["I was left out under an older key", resign({ excluded: [`${other.person.id}/${"00".repeat(16)}`] }), "excluded"],
    ["not a grant", resign({ type: "keyring" }), "grant-malformed"],
    ["no key", resign({ key: "AGE-SECRET-KEY-PQ-1" }), "grant-malformed"],
    ["altered bytes", grant().map((byte, i) => (i === 5000 ? byte ^ 1 : byte)), "sealed-unreadable"],
    ["two stanzas", seal(pad(utf8(canonicalText(inside)), 8192), [me.identity.recipient], 2, random), "sealed-unreadable"],
    ["sealed to another", seal(pad(utf8(canonicalText(inside)), 8192), [reviewer.identity.recipient], 1, random), "sealed-unreadable"],
  ];
  for (const [name, file, code] of table) {
    await assert.rejects(openGrant(file, me, lead.person.id, versions), { code }, name);
  }
  await assert.rejects(openGrant(grant(), me, reviewer.person.id, versions), { code: "grant-misaddressed" });
  await assert.rejects(openGrant(grant({}, approver), me, approver.person.id, versions), { code: "signer-unknown" });
  assert.throws(() => grant({ excluded: [readerName(other.person)] }), { code: "excluded" });
  assert.throws(() => grant({ excluded: [`${"00".repeat(16)}/${readerName(other.person).split("/")[1]}`] }), { code: "excluded" });
});

// Keyring, draft

test("a keyring grows by doubling, and only its owner's own of the named version is taken", () => {
  const ring: Ring = { version: 4, positions: [{ channel: "ab".repeat(16), position: 9 }], cases: [{ case: key.id, key: encodeIdentity(key.identity) }], recused: [], filters: [] };
  const file = sealRing(ring, lead.person.id, lead.identity, root, lead.signing, random);
  const open = (f: Uint8Array, version: number, owner = lead) => openRing(f, version, owner.person.id, lead.identity, root, owner.signing.publicKey);
  assert.deepEqual(open(file, 4), ring);
  assert.equal(keyOf(ring, key.id).id, key.id);
  assert.throws(() => keyOf(ring, "00".repeat(16)), { code: "key-missing" });
  assert.throws(() => keyOf({ ...ring, cases: [{ case: "00".repeat(16), key: encodeIdentity(key.identity) }] }, "00".repeat(16)), { code: "keyring-invalid" });
  assert.throws(() => open(file, 5), { code: "keyring-invalid" });
  assert.throws(() => open(file, 4, reviewer), { code: "keyring-invalid" });
  assert.throws(() => open(sealRing(ring, lead.person.id, lead.identity, root, reviewer.signing, random), 4), { code: "keyring-invalid" });
  const big = sealRing({ ...ring, cases: Array.from({ length: 600 }, () => ring.cases[0] as never) }, lead.person.id, lead.identity, root, lead.signing, random);
  assert.equal(big.length - file.length, 65_536 + 16);
  assert.equal(open(big, 4).cases.length, 600);
});

test("a draft opens for its author, its case and its kind alone", () => {
  const file = sealDraft(key.id, { kind: "reply", text: "half a" }, lead.identity, random);
  assert.deepEqual(openDraft(file, key.id, "reply", lead.identity), { kind: "reply", text: "half a" });
  assert.throws(() => openDraft(file, key.id, "note", lead.identity), { code: "draft-malformed" });
  assert.throws(() => openDraft(file, "00".repeat(16), "reply", lead.identity), { code: "draft-malformed" });
  assert.throws(() => openDraft(file, key.id, "reply", reviewer.identity), { code: "sealed-unreadable" });
});

// Summaries

const released: Released = { v: 1, summary: "ab".repeat(16), channel: "cd".repeat(16), category: "safety", severity: "high", outcome: "partly", quarter: "2026-Q1", lang: "en", title: "T", text: "Redacted" };

test("a summary travels with a signed hash, opens for case and approver, and is approved by another person", () => {
  const { proposal, ciphertext } = propose(released, key.id, lead.person.id, { recipient: key.identity.recipient, approvers: [approver.identity.recipient] }, root, lead.signing, random);
  const parsed = parseProposal(proposal);
  verifyProposal(parsed, root, lead.signing.publicKey);
  assert.throws(() => verifyProposal({ ...parsed, signed: { ...parsed.signed, hash: "0".repeat(64) } }, root, lead.signing.publicKey), { code: "signature-invalid" });
  assert.equal(parsed.hash, releasedHash(released));
  for (const identity of [key.identity, approver.identity]) {
    assert.deepEqual(openReleased(ciphertext, parsed, identity), released);
  }
  assert.throws(() => openReleased(ciphertext, { ...parsed, hash: "0".repeat(64) }, approver.identity), { code: "summary-differs" });
  assert.throws(() => openReleased(ciphertext, parsed, reviewer.identity), { code: "sealed-unreadable" });
  const approval = asObject(parseCanonical(utf8(approve(proposal, approver.person.id, root, approver.signing))));
  verifyObject("summary-approve", root, approval, approver.signing.publicKey);
  assert.equal(approval["proposal"], createHash("sha256").update(proposal).digest("hex"));
  assert.throws(() => approve(proposal, lead.person.id, root, lead.signing), { code: "same-person" });
  assert.throws(() => approve(`${proposal} `, approver.person.id, root, approver.signing), { code: "summary-malformed" });
});

test("a closing is another thing than a summary: neither proposal nor text nor signature is taken for the other", () => {
  const text: ClosingText = { v: 1, closing: "ab".repeat(16), case: key.id, outcome: "duplicate", retention: "short", lang: "en", text: "See the other case." };
  const { proposal, ciphertext } = proposeClosingText(text, lead.person.id, { recipient: key.identity.recipient, approvers: [approver.identity.recipient] }, root, lead.signing, random);
  const parsed = parseProposal(proposal, "closing");
  verifyProposal(parsed, root, lead.signing.publicKey);
  assert.throws(() => verifyProposal({ ...parsed, kind: "summary" }, root, lead.signing.publicKey), { code: "signature-invalid" });
  assert.throws(() => parseProposal(proposal), { code: "summary-malformed" });
  assert.deepEqual(openClosing(ciphertext, parsed, approver.identity), text);
  assert.throws(() => openClosing(ciphertext, { ...parsed, case: "cd".repeat(16) }, approver.identity), { code: "closing-differs" });
  assert.throws(() => openReleased(ciphertext, parsed, approver.identity), { code: "summary-malformed" });
  assert.throws(() => openClosing(ciphertext, parsed, reviewer.identity), { code: "sealed-unreadable" });
  verifyObject("closing-approve", root, asObject(parseCanonical(utf8(approve(proposal, approver.person.id, root, approver.signing, "closing")))), approver.signing.publicKey);
  assert.throws(() => approve(proposal, lead.person.id, root, lead.signing, "closing"), { code: "same-person" });
});

// Ceremony

test("a root key is kept under a generated passphrase and signs the directory it belongs to", async () => {
  const holder = world.roots[0];
  assert.ok(holder !== undefined);
  const { file, passphrase } = await sealRootKey(holder, random, 10);
  assert.ok(fromUtf8(file.subarray(0, 21)).startsWith("age-encryption.org/v1"));
  const opened = await openRootKey(file, passphrase.toUpperCase());
  assert.equal(opened.name, "ethics");
  await assert.rejects(openRootKey(file, newPassphrase(random)), { code: "passphrase-wrong" });
  await assert.rejects(openRootKey(utf8("hello"), passphrase), { code: "root-key-malformed" });

  const first = { ...world.content, version: 1, previous: "0".repeat(64) };
  const proposal = readProposal(directoryText(first), { current: undefined, pinnedRoot: hex(root) });
  assert.equal(proposal.before, undefined);
  const { keyHash, signature, name } = parseSignatureLine(signProposal(proposal, opened, { rootChange: false }));
  assert.equal(name, "ethics");
  assert.equal(keyHash.length, 4);
  assert.ok(verify(holder.key.publicKey, utf8(directoryText(first)), signature));
  assert.throws(() => signProposal(proposal, newRootKey("ethics", random), { rootChange: true }), { code: "key-not-in-root" });
  assert.throws(() => newRootKey("two words", random), { code: "key-name-malformed" });
  assert.ok(isKeyName("works-council") && !isKeyName("a+b") && !isKeyName(""));
});

test("a holder signs only what follows the version in force, and that version was verified", () => {
  const { content, roots, directory } = world;
  const known = { current: directory.note, pinnedRoot: hex(root), seenVersion: content.version };
  const follows = { ...content, version: content.version + 1, previous: directory.hash };
  const proposal = readProposal(directoryText(follows), known);
  assert.deepEqual([proposal.before?.hash, proposal.text, proposal.changesRoot], [directory.hash, directoryText(follows), false]);

  for (const wrong of [
    { ...follows, version: content.version },
    { ...follows, version: content.version + 2 },
    { ...follows, previous: "ab".repeat(32) },
    { ...follows, version: 1, previous: "0".repeat(64) },
  ]) {
    assert.throws(() => readProposal(directoryText(wrong), known), { code: "directory-not-next" });
  }
  // A version in force that nobody signed, of another root, or older than one that was seen: nothing is compared with it.
  const lie = { ...content, organisation: "Another" };
  assert.throws(() => readProposal(directoryText({ ...follows }), { ...known, current: directoryNote(lie, roots.slice(0, 1)) }), { code: "directory-under-signed" });
  assert.throws(() => readProposal(directoryText(follows), { ...known, current: directoryNote(content, roots, directoryText(lie)).replace("Another", "Others!") }), { code: "directory-under-signed" });
  assert.throws(() => readProposal(directoryText(follows), { ...known, pinnedRoot: "0".repeat(64) }), { code: "directory-root-mismatch" });
  assert.throws(() => readProposal(directoryText(follows), { ...known, seenVersion: content.version + 1 }), { code: "directory-rolled-back" });
  // The server hides the version in force and starts again from nothing.
  const anew = directoryText({ ...content, version: 1, previous: "0".repeat(64) });
  assert.throws(() => readProposal(anew, { ...known, current: undefined }), { code: "directory-rolled-back" });
  assert.throws(() => readProposal(anew, { current: undefined, pinnedRoot: "0".repeat(64) }), { code: "directory-root-mismatch" });
  assert.throws(() => readProposal(`${directoryText(follows)}x`, known), { code: "directory-malformed" });
  assert.throws(() => readProposal(directoryText(follows).replace(hex(root), "0".repeat(64)), known), { code: "directory-root-mismatch" });
});

test("who may sign directories changes only where the holder was told", () => {
  const { content, roots, directory } = world;
  const [holder] = roots;
  assert.ok(holder !== undefined);
  const known = { current: directory.note, pinnedRoot: hex(root), seenVersion: content.version };
  const next = { ...content, version: content.version + 1, previous: directory.hash };
  const stranger = { name: "stranger", key: signingKey(random(32)).publicKey };
  for (const changed of [
    { ...content.root, keys: [...content.root.keys, stranger] },
    { ...content.root, threshold: 1 },
    { ...content.root, keys: content.root.keys.map((k, i) => (i === 1 ? { ...k, name: "other" } : k)) },
  ]) {
    const proposal = readProposal(directoryText({ ...next, root: changed }), known);
    assert.ok(proposal.changesRoot);
    assert.throws(() => signProposal(proposal, holder, { rootChange: false }), { code: "root-change-untold" });
    assert.equal(parseSignatureLine(signProposal(proposal, holder, { rootChange: true })).name, "ethics");
  }
  const reordered = readProposal(directoryText({ ...next, root: { ...content.root, keys: [...content.root.keys].reverse() } }), known);
  assert.ok(!reordered.changesRoot);
});

test("the fingerprint of a ceremony is that of the keys it sends, in any order", () => {
  const { threshold, keys } = world.content.root;
  assert.equal(ceremonyRoot({ threshold, keys }), hex(root));
  assert.equal(ceremonyRoot({ threshold, keys: [...keys].reverse() }), hex(root));
  assert.notEqual(ceremonyRoot({ threshold: 1, keys }), hex(root));
});
