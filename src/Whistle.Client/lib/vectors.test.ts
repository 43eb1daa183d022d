import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeIdentity, encodeIdentity, encodeRecipient, identityFromSeed, keyFingerprint, newIdentity, open } from "./age.ts";
import { archiveSize, openFile, padme, sealFiles, ustarHeader } from "./attachments.ts";
import { base64, base64url, fromBase64url, fromHex, fromUtf8, h, hex, utf8 } from "./bytes.ts";
import { caseKeyOf, tryOpenCaseKey } from "./caseKey.ts";
import { openRing } from "./desk/keyring.ts";
import { deriveReceipt } from "./derive.ts";
import { enrolmentProof } from "./desk/enrol.ts";
import { passphraseSalt, splitPassphrase } from "./desk/unlock.ts";
import { newPassphrase } from "./desk/passphrase.ts";
import { acceptDirectory, directoryHash, rootFingerprint, verifyDirectory } from "./directory.ts";
import { codeOf, WhistleError } from "./errors.ts";
import { openIdentityRequest, verifyIdentityRequest } from "./desk/identityRequest.ts";
import { openIdentity } from "./identityEnvelope.ts";
import { canonicalText, parseCanonical, unpad } from "./jcs.ts";
import { cosignerHash } from "./log/checkpoint.ts";
import { parseVerifierKey } from "./log/policy.ts";
import { openMessage, verifyMessage } from "./message.ts";
import { openNote, verifyNote } from "./note.ts";
import { signClaim, signMailboxRequest } from "./possession.ts";
import { isSolution } from "./pow.ts";
import { checkPromise, verifyPromise } from "./promise.ts";
import { randomBelow, shuffle } from "./random.ts";
import { deterministicRandom } from "./random.testing.ts";
import { parseWords, wordsOf } from "./receipt.ts";
import { openJson } from "./sealed.ts";
import { asObject } from "./shape.ts";
import { openSheet, verifySheet } from "./sheet.ts";
import { isPublicKey, signingKey, signObject, verify, verifyObject, type Label } from "./sign.ts";
import { openState } from "./state.ts";
import { contentLeaf, decodeBody, existenceLeaf } from "./submission.ts";
import { treeHash } from "./treeHash.ts";
import { vectorJson } from "./vectors.testing.ts";

// The vectors that the C# side writes (tests/vectors/*.json), one test a file.

function load<T>(name: string): T {
  return vectorJson(`${name}.json`) as T;
}
function some<T>(list: readonly T[], least: number): readonly T[] {
  assert.ok(list.length >= least, `${list.length} entries`);
  return list;
}
const b = (text: string) => fromBase64url(text);

test("randomness", () => {
  const v = load<{ seed: string; first100Bytes: string; below7776: number[]; shuffled16: number[] }>("randomness");
  const stream = () => deterministicRandom(fromHex(v.seed));
  assert.equal(hex(stream()(100)), v.first100Bytes);
  const random = stream();
  assert.deepEqual(some(v.below7776, 5).map(() => randomBelow(random, 7776)), v.below7776);
  assert.deepEqual(shuffle(Array.from({ length: 16 }, (_, i) => i), stream()), v.shuffled16);
});

test("canonical JSON", () => {
  const v = load<{ canonical: string[]; refused: string[] }>("jcs");
  for (const text of some(v.canonical, 5)) {
    assert.equal(canonicalText(parseCanonical(b(text))), fromUtf8(b(text)));
  }
  for (const text of some(v.refused, 10)) {
    assert.throws(() => parseObject(b(text)), WhistleError, JSON.stringify(new TextDecoder().decode(b(text))));
  }
});

/** All of our documents are objects at the top. */
function parseObject(bytes: Uint8Array) {
  return asObject(parseCanonical(bytes));
}

test("receipts", () => {
  interface Receipt { entropy: string; words: string; mailbox: string; mailboxSeed: string; mailboxPublic: string; signingSeed: string; signingPublic: string; replySeed: string; replyRecipient: string; stateKey: string; existenceBlind: string; contentBlind: string }
  const v = load<{ receipts: Receipt[]; readings: { text: string; code: string; unknown: number[] }[] }>("receipts");
  for (const r of some(v.receipts, 3)) {
    const keys = deriveReceipt(fromHex(r.entropy));
    assert.equal(wordsOf(fromHex(r.entropy)).join(" "), r.words);
    assert.deepEqual(
      [keys.mailboxId, hex(keys.mailboxAuth.seed), base64url(keys.mailboxAuth.publicKey), hex(keys.sourceSign.seed), base64url(keys.sourceSign.publicKey), hex(keys.reply.seed), encodeRecipient(keys.reply.recipient), hex(keys.stateKey), hex(keys.existenceBlind), hex(keys.contentBlind)],
      [r.mailbox, r.mailboxSeed, r.mailboxPublic, r.signingSeed, r.signingPublic, r.replySeed, r.replyRecipient, r.stateKey, r.existenceBlind, r.contentBlind],
    );
  }
  for (const { text, code, unknown } of some(v.readings, 8)) {
    let got = "";
    let positions: readonly number[] = [];
    try {
      parseWords(text);
    } catch (error) {
      assert.ok(error instanceof WhistleError);
      got = error.code;
      positions = error.positions;
    }
    assert.deepEqual([got, positions], [code, unknown], text);
  }
});

test("case ids", () => {
  const v = load<{ cases: { seed: string; identity: string; recipient: string; recipientBytes: string; accessSeed: string; accessPublic: string; case: string; keyFingerprint: string }[] }>("case-ids");
  for (const c of some(v.cases, 2)) {
    const key = caseKeyOf(identityFromSeed(fromHex(c.seed)));
    const { recipient } = key.identity;
    assert.deepEqual(
      [encodeIdentity(key.identity), encodeRecipient(recipient), base64url(recipient), hex(key.access.seed), base64url(key.access.publicKey), key.id, keyFingerprint(recipient)],
      [c.identity, c.recipient, c.recipientBytes, c.accessSeed, c.accessPublic, c.case, c.keyFingerprint],
    );
    assert.deepEqual(decodeIdentity(c.identity).recipient, recipient);
  }
});

test("directory", () => {
  interface Note { name: string; note: string; today: number; pinnedRoot: string; origin: string; highestVersion: number; code: string }
  const v = load<{ fingerprint: string; hash: string; text: string; notes: Note[] }>("directory");
  assert.equal(directoryHash(v.text), v.hash);
  for (const { name, note, today, pinnedRoot, origin, highestVersion, code } of some(v.notes, 10)) {
    let got = "";
    try {
      const directory = acceptDirectory(note, { origin, today, pinnedRoot, seenVersion: highestVersion });
      const text = note.slice(0, note.indexOf("\n\n") + 1);
      assert.deepEqual([directory.hash, hex(directory.root), hex(rootFingerprint(directory.content.root))], [directoryHash(text), v.fingerprint, v.fingerprint]);
    } catch (error) {
      got = codeOf(error);
    }
    assert.equal(got, code, name);
  }
});

test("refused Ed25519 keys", () => {
  for (const key of some(load<{ keys: string[] }>("ed25519-refused-keys").keys, 10)) {
    assert.equal(verify(fromHex(key), utf8("m"), new Uint8Array(64)), false);
    // R = identity, S = 0 verifies under small-order keys where nobody looks.
    assert.equal(verify(fromHex(key), utf8("m"), Uint8Array.of(1, ...new Uint8Array(63))), false, key);
    assert.ok(!isPublicKey(fromHex(key)), key);
    const witness = { name: "w.example/w", key: fromHex(key) };
    const line = `${witness.name}+${hex(cosignerHash(witness))}+${base64(Uint8Array.of(4, ...witness.key))}`;
    assert.throws(() => parseVerifierKey(line, 4), { code: "policy-malformed" }, key);
  }
});

test("hashes", async () => {
  const v = load<{ treeHashes: { length: number; hash: string }[]; padme: { length: number; padded: number }[]; archive: { files: { contentText?: string; size: number }[]; fileHashes: string[]; length: number; sha256: string; firstHeader: string; paddingHeader: string } }>("hashes");
  const bytes = (length: number) => new Uint8Array(length).map((_, i) => i % 251);
  for (const { length, hash } of some(v.treeHashes, 4)) {
    assert.equal(await treeHash(bytes(length)), hash, `${length}`);
  }
  for (const { length, padded } of some(v.padme, 5)) {
    assert.equal(padme(length), padded, `${length}`);
  }
  const { archive } = v;
  const contents = archive.files.map(({ contentText, size }) => (contentText === undefined ? bytes(size) : utf8(contentText)));
  assert.equal(archiveSize(contents.map((content) => content.length)), archive.length);
  const identity = newIdentity(deterministicRandom(new Uint8Array(32)));
  const sealed = await sealFiles(contents.map((content) => ({ name: "x", type: "", data: new Blob([new Uint8Array(content)]) })), [identity.recipient], deterministicRandom(new Uint8Array(32)));
  assert.deepEqual(sealed.files.map((file) => file.file), archive.fileHashes);
  const tar = open(sealed.ciphertext, identity);
  assert.equal(hex(ustarHeader("0001", contents[0]?.length ?? 0)), archive.firstHeader);
  assert.equal(hex(h(tar)), archive.sha256);
  assert.ok(hex(tar).includes(archive.paddingHeader));
});

test("proof of work", () => {
  const v = load<{ solutions: { nonce: string; subject: string; bits: number; counter: string }[] }>("proof-of-work");
  for (const { nonce, subject, bits, counter } of some(v.solutions, 3)) {
    assert.ok(isSolution(b(nonce), utf8(subject), bits, Number(counter)));
    assert.ok(bits === 0 || !isSolution(b(nonce), utf8(subject), bits, Number(counter) - 1));
  }
});

test("possession proofs", () => {
  interface Proofs {
    origin: string;
    nonce: string;
    mailbox: { entropy: string; mailbox: string; signature: string };
    claim: { caseSeed: string; case: string; reviewerSigning: string; signature: string };
    enrolment: { token: string; recipient: string; signingSeed: string; input: string; signature: string };
  }
  const { origin, nonce, mailbox, claim, enrolment } = load<Proofs>("proofs");
  const keys = deriveReceipt(fromHex(mailbox.entropy));
  assert.equal(keys.mailboxId, mailbox.mailbox);
  assert.equal(base64url(signMailboxRequest(keys.mailboxAuth, origin, keys.mailboxId, b(nonce))), mailbox.signature);
  const key = caseKeyOf(identityFromSeed(fromHex(claim.caseSeed)));
  assert.equal(base64url(signClaim(key, origin, b(claim.reviewerSigning), b(nonce))), claim.signature);
  const signing = signingKey(fromHex(enrolment.signingSeed));
  assert.ok(verify(signing.publicKey, b(enrolment.input), b(enrolment.signature)));
  const recipient = b(enrolment.input).slice(-1248, -32);
  assert.equal(encodeRecipient(recipient), enrolment.recipient);
  const identity = { ...newIdentity(deterministicRandom(new Uint8Array(32))), recipient };
  assert.equal(base64url(enrolmentProof({ identity, signing }, origin, enrolment.token)), enrolment.signature);
});

test("signatures of every label", () => {
  const v = load<{ root: string; objects: { label: string; signingSeed: string; signingPublic: string; signed: string }[] }>("signatures");
  const labels = new Set<string>();
  for (const { label, signingSeed, signingPublic, signed } of v.objects) {
    const name = fromUtf8(b(label)).replace(/^whistle\/(.*)\/v1\0$/, "$1") as Label;
    const object = asObject(parseCanonical(utf8(signed)));
    verifyObject(name, fromHex(v.root), object, b(signingPublic));
    const { sig: _sig, ...unsigned } = object;
    assert.equal(canonicalText(signObject(name, fromHex(v.root), unsigned, signingKey(fromHex(signingSeed)))), signed);
    assert.throws(() => verifyObject(name, new Uint8Array(32), object, b(signingPublic)), { code: "signature-invalid" });
    labels.add(name);
  }
  assert.equal(labels.size, 13);
});

test("sealed objects", () => {
  const v = load<{ root: string; signer: string; signingPublic: string; files: { kind: string; opensWith: string[]; length: number; file: string; text?: string }[] }>("sealed");
  const root = fromHex(v.root);
  const kinds = new Set<string>();
  for (const { kind, opensWith, length, file, text } of v.files) {
    const bytes = b(file);
    assert.equal(bytes.length, length, kind);
    for (const seed of opensWith) {
      const identity = identityFromSeed(fromHex(seed));
      if (text !== undefined) {
        assert.equal(fromUtf8(unpad(open(bytes, identity))), text, kind);
      }
      switch (kind) {
        case "case-key":
          assert.equal(`${encodeIdentity(tryOpenCaseKey(bytes, identity)?.identity as never)}\n`, text);
          break;
        case "sheet":
          verifySheet(openSheet(bytes, identity), root, b(v.signingPublic));
          break;
        case "message":
          verifyMessage(openMessage(bytes, identity), root, b(v.signingPublic));
          break;
        case "note":
          verifyNote(openNote(bytes, identity), root, b(v.signingPublic));
          break;
        case "keyring": {
          const [entry] = openRing(bytes, 3, v.signer, identity, root, b(v.signingPublic)).cases;
          assert.ok(entry?.channel !== undefined && entry.sheet?.title === "Prüfungen nicht ausgeführt" && entry.granted?.excluded.length === 1 && entry.first !== undefined);
          break;
        }
        case "identity-request":
          verifyIdentityRequest(openIdentityRequest(bytes, identity), root, b(v.signingPublic));
          break;
        case "identity":
          openIdentity(bytes, identity, String(asObject(parseCanonical(unpad(open(bytes, identity))))["case"]));
          break;
        default:
          assert.ok(asObject(openJson(bytes, identity, [1024, 4096, 8192, 65536], "any"))["v"] === 1, kind);
      }
    }
    assert.throws(() => open(bytes, newIdentity(deterministicRandom(new Uint8Array(32)))), { code: "age-no-match" });
    kinds.add(kind);
  }
  assert.ok(kinds.size >= 9, [...kinds].join());
});

test("state", () => {
  const v = load<{ entropy: string; mailbox: string; stateKey: string; readers: string[]; excluded: string[]; case: string; file: string }>("state");
  const state = openState(b(v.file), fromHex(v.stateKey), v.mailbox);
  assert.deepEqual([state.case, state.readers, state.excluded], [v.case, v.readers, v.excluded]);
  assert.equal(hex(deriveReceipt(fromHex(v.entropy)).stateKey), v.stateKey);
});

test("unlock", async () => {
  const v = load<{ passphraseRandomness: string; passphrase: string; origin: string; login: string; serverSalt: string; salt: string; password: string; unlockSeed: string; unlockRecipient: string }>("unlock");
  assert.equal(newPassphrase(deterministicRandom(fromHex(v.passphraseRandomness))), v.passphrase);
  assert.equal(hex(passphraseSalt(v.origin, v.login, b(v.serverSalt))), v.salt);
  const split = await splitPassphrase(v.passphrase, v.origin, v.login, b(v.serverSalt));
  assert.deepEqual([split.password, hex(split.unlockSeed)], [v.password, v.unlockSeed]);
  assert.equal(encodeRecipient(identityFromSeed(split.unlockSeed).recipient), v.unlockRecipient);
});

test("a whole tip", async () => {
  interface Tip { directory: string; entropy: string; leadIdentity: string; excludedReviewerIdentity: string; custodianIdentity: string; recoveryIdentity: string; title: string; text: string; fileText: string; case: string; manifest: string; existence: string; content: string; workBits: number; body: string; attachments: string; promise: string }
  const v = load<Tip>("tip");
  const directory = verifyDirectory(v.directory);
  const keys = deriveReceipt(fromHex(v.entropy));
  const { manifest, pow, submission } = decodeBody(b(v.body));
  assert.equal(fromUtf8(submission.manifest), v.manifest);
  assert.equal(manifest.case, v.case);
  assert.ok(isSolution(pow.slice(0, 56), submission.manifest, v.workBits, Number(new DataView(pow.buffer, pow.byteOffset + 56).getBigUint64(0))));
  const key = tryOpenCaseKey(submission.keyBlob, identityFromSeed(fromHex(v.leadIdentity)));
  assert.equal(key?.id, v.case);
  assert.equal(tryOpenCaseKey(submission.keyBlob, identityFromSeed(fromHex(v.recoveryIdentity)))?.id, v.case);
  assert.equal(tryOpenCaseKey(submission.keyBlob, identityFromSeed(fromHex(v.excludedReviewerIdentity))), undefined);
  const sheet = openSheet(submission.sheet, key.identity);
  verifySheet(sheet, directory.root, keys.sourceSign.publicKey);
  assert.equal(sheet.title, v.title);
  const message = openMessage(submission.message, key.identity);
  verifyMessage(message, directory.root, keys.sourceSign.publicKey);
  assert.equal(message.body.text, v.text);
  assert.equal(openState(submission.state, keys.stateKey, keys.mailboxId).case, v.case);
  assert.ok(openIdentity(submission.identity, identityFromSeed(fromHex(v.custodianIdentity)), v.case).name.length > 0);
  assert.deepEqual([existenceLeaf(keys.existenceBlind), contentLeaf(keys.contentBlind, message)], [v.existence, v.content]);
  const promise = verifyPromise(v.promise, directory);
  checkPromise(promise, manifest);
  for (const [days, holds] of [[-1, false], [0, true], [30, true], [31, false]] as const) {
    const check = (): void => checkPromise({ ...promise, includedBy: promise.day + days }, manifest);
    holds ? check() : assert.throws(check, { code: "promise-invalid" });
  }
  const [file] = message.attachments;
  assert.ok(file !== undefined);
  assert.equal(fromUtf8(await openFile(b(v.attachments), key.identity, file, 1)), v.fileText);
});
