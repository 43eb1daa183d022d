import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { encodeIdentity, encodeRecipient, keyFingerprint, type HybridIdentity } from "./age.ts";
import { openFile, padme, sealFiles } from "./attachments.ts";
import { base64url, fromBase64url, hex, utf8 } from "./bytes.ts";
import { newCaseKey, parseCaseKey, sealCaseKey, tryOpenCaseKey } from "./caseKey.ts";
import { deriveReceipt } from "./derive.ts";
import { enrolmentProof, newPersonKeys } from "./desk/enrol.ts";
import { openGrant, sealGrant } from "./desk/grant.ts";
import { openIdentityAnswer, openIdentityRequest, sealIdentityAnswer, sealIdentityRequest, verifyIdentityAnswer, verifyIdentityRequest } from "./desk/identityRequest.ts";
import { openRing, sealRing } from "./desk/keyring.ts";
import { openRecovered, sealRecovered } from "./desk/recovered.ts";
import { approve, propose, proposeClosingText, proposePurgeText } from "./desk/summary.ts";
import { openIdentityFile, sealIdentityFile, splitPassphrase } from "./desk/unlock.ts";
import { acceptDirectory, readerName } from "./directory.ts";
import { parseQuestionnaire } from "./documents.ts";
import { prepareTip } from "./flows/submit.ts";
import { openIdentity, sealIdentity } from "./identityEnvelope.ts";
import type { Json, JsonObject } from "./jcs.ts";
import { parseJson } from "./jcs.ts";
import { ciphertextHash, noHash, openMessage, sealMessage, sourceMember, verifyMessage } from "./message.ts";
import { openNote, sealNote } from "./note.ts";
import { signClaim, signMailboxRequest } from "./possession.ts";
import { solve } from "./pow.ts";
import { deterministicRandom } from "./random.testing.ts";
import { parseWords, wordsOf } from "./receipt.ts";
import { openSheet, sealSheet } from "./sheet.ts";
import { openState, sealState } from "./state.ts";
import { decodeBody, encodeBody } from "./submission.ts";
import { treeHash } from "./treeHash.ts";
import { vectorPath } from "./vectors.testing.ts";
import { Versions } from "./versions.ts";
import { makeWorld, origin, questionnaire, today } from "./world.testing.ts";

// Sealed objects with the secrets that open them, for the other implementation. All of them are deterministic: the
// test makes them again and compares with the committed files. WHISTLE_WRITE_VECTORS=1 writes them.

const random = deterministicRandom(utf8("whistle typescript vectors seed!"));
const world = makeWorld(random);
const [lead, reviewer, other, approver, custodian] = world.people;
assert.ok(lead && reviewer && other && approver && custodian);
const { root } = world.directory;
const key = newCaseKey(random);
const entropy = random(16);
const source = deriveReceipt(entropy);
const secretOf = (identity: HybridIdentity) => encodeIdentity(identity);
const common = { root: hex(root), case: key.id, caseKey: secretOf(key.identity) };

function vector(name: string, make: () => Promise<JsonObject> | JsonObject): void {
  test(`the vector from-typescript/${name}.json is what we make`, async () => {
    const text = `${JSON.stringify(await make(), null, 1)}\n`;
    const path = vectorPath(`from-typescript/${name}.json`);
    if (process.env["WHISTLE_WRITE_VECTORS"] === "1") {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    assert.equal(text, readFileSync(path, "utf8"));
  });
}

vector("directory", () => {
  const accepted = acceptDirectory(world.directory.note, { origin, today });
  return {
    what: "A directory note with two of two signatures, its hash and the root fingerprint",
    note: accepted.note,
    hash: accepted.hash,
    root: hex(accepted.root),
    origin,
    day: today,
    people: world.people.map(({ person, identity, signing }) => ({ id: person.id, name: person.name, role: person.role, reader: readerName(person), identity: secretOf(identity), signingSeed: hex(signing.seed) })),
    rootKeys: world.roots.map(({ name, key: rootKey }) => ({ name, seed: hex(rootKey.seed) })),
    logSeed: hex(world.log.seed),
  };
});

vector("receipt", () => {
  const words = wordsOf(entropy).join(" ");
  assert.deepEqual(parseWords(words), entropy);
  return {
    what: "Twelve words and everything derived from them",
    entropy: hex(entropy),
    words,
    mailboxId: source.mailboxId,
    mailboxAuthSeed: hex(source.mailboxAuth.seed),
    mailboxAuthPublic: hex(source.mailboxAuth.publicKey),
    sourceSignSeed: hex(source.sourceSign.seed),
    sourceSignPublic: hex(source.sourceSign.publicKey),
    replySeed: hex(source.reply.seed),
    replyRecipient: encodeRecipient(source.reply.recipient),
    stateKey: hex(source.stateKey),
    existenceBlind: hex(source.existenceBlind),
    contentBlind: hex(source.contentBlind),
  };
});

vector("case-key", () => {
  const file = sealCaseKey(key, [lead.identity.recipient, other.identity.recipient], random);
  assert.equal(tryOpenCaseKey(file, other.identity)?.id, key.id);
  assert.equal(tryOpenCaseKey(file, reviewer.identity), undefined);
  return {
    what: "case-key.age for two readers, and one who was left out",
    ...common,
    recipient: encodeRecipient(key.identity.recipient),
    accessPublic: hex(key.access.publicKey),
    readers: [secretOf(lead.identity), secretOf(other.identity)],
    leftOut: secretOf(reviewer.identity),
    file: base64url(file),
  };
});

vector("sheet", () => {
  const fields = { case: key.id, version: 1, channel: world.content.channels[0]?.id ?? "", directory: world.directory.hash, day: today, lang: "de", title: "Gefälschte Prüfungen 😀", category: "", severity: "", author: "source" };
  const file = sealSheet(fields, key.identity.recipient, root, source.sourceSign, random);
  assert.equal(openSheet(file, key.identity).title, fields.title);
  return { what: "Version 1 of a sheet, signed by the source", ...common, signing: hex(source.sourceSign.publicKey), title: fields.title, file: base64url(file) };
});

vector("messages", () => {
  const first = sealMessage(
    {
      case: key.id, dir: "source", seq: 1, prev: noHash, seen: { seq: 0, hash: noHash }, day: today, lang: "en", signer: "source", directory: world.directory.hash,
      body: { kind: "report", text: "Line one.\nLine \u0007 two: “quoted” \u20ac 😀", answers: [{ q: "how", values: ["saw"] }] },
      attachments: [],
      source: sourceMember({ mailbox: source.mailboxAuth.publicKey, signing: source.sourceSign.publicKey, reply: source.reply.recipient, contentBlind: source.contentBlind, readers: [readerName(lead.person)], excluded: [readerName(reviewer.person)] }),
    },
    { recipient: key.identity.recipient, reply: undefined },
    root,
    source.sourceSign,
    random,
  );
  const opened = openMessage(first, key.identity);
  verifyMessage(opened, root, source.sourceSign.publicKey);
  assert.throws(() => openMessage(first, source.reply), { code: "sealed-unreadable" });
  const reply = sealMessage(
    { case: key.id, dir: "team", seq: 1, prev: noHash, seen: { seq: 1, hash: ciphertextHash(first) }, day: today + 1, lang: "en", signer: lead.person.id, directory: world.directory.hash, body: { kind: "text", text: "x".repeat(5000), answers: [] }, attachments: [] },
    { recipient: key.identity.recipient, reply: source.reply.recipient },
    root,
    lead.signing,
    random,
  );
  const questions = [{ type: "choice" as const, label: "Where was it? 😀", options: ["line 1", "line 2"] }, { type: "date" as const, label: "When?" }];
  const asking = sealMessage(
    { case: key.id, dir: "team", seq: 2, prev: ciphertextHash(reply), seen: { seq: 1, hash: ciphertextHash(first) }, day: today + 1, lang: "en", signer: lead.person.id, directory: world.directory.hash, body: { kind: "text", text: "Two questions.", answers: [], questions }, attachments: [] },
    { recipient: key.identity.recipient, reply: source.reply.recipient },
    root,
    lead.signing,
    random,
  );
  assert.deepEqual(openMessage(asking, source.reply).body.questions, questions);
  const about = { seq: 2, hash: ciphertextHash(asking) };
  const answering = sealMessage(
    { case: key.id, dir: "source", seq: 2, prev: ciphertextHash(first), seen: about, day: today + 2, lang: "en", signer: "source", directory: world.directory.hash, body: { kind: "text", text: "", answers: [{ q: "1", values: ["line 2"] }], about }, attachments: [] },
    { recipient: key.identity.recipient, reply: undefined },
    root,
    source.sourceSign,
    random,
  );
  assert.deepEqual(openMessage(answering, key.identity).body.about, about);
  return {
    what: "A source's first message without readable copy, a reply of 8 KiB that the source opens, one that asks, and the source's answer to it",
    ...common,
    reply: secretOf(source.reply),
    messages: [
      { signing: hex(source.sourceSign.publicKey), openedBySource: "no", text: opened.body.text, file: base64url(first) },
      { signing: hex(lead.signing.publicKey), openedBySource: "yes", text: openMessage(reply, source.reply).body.text, file: base64url(reply) },
      { signing: hex(lead.signing.publicKey), openedBySource: "yes", text: "Two questions.", questions, file: base64url(asking) },
      { signing: hex(source.sourceSign.publicKey), openedBySource: "no", text: "", about, file: base64url(answering) },
    ],
  };
});

vector("note", () => {
  const head = { case: key.id, author: lead.person.id, day: today };
  const file = sealNote({ ...head, id: hex(random(16)), text: "Call them back", mentions: [other.person.id] }, key.identity.recipient, root, lead.signing, random);
  const record = {
    ...head,
    id: hex(random(16)),
    text: "Copied on site",
    mentions: [],
    record: { kind: "evidence", about: "ab".repeat(16), fields: [{ q: "origin", values: ["the line's own computer"] }] },
    attachments: [{ id: "cd".repeat(16), name: "lots.csv", type: "text/csv", size: 12, file: "01".repeat(32), cipher: "02".repeat(32) }],
  };
  const sealed = sealNote(record, key.identity.recipient, root, lead.signing, random);
  return {
    what: "An internal note, and one that records evidence with a file",
    ...common,
    signing: hex(lead.signing.publicKey),
    text: openNote(file, key.identity).text,
    file: base64url(file),
    record: base64url(sealed),
    origin: record.record.fields[0]?.values[0] ?? "",
    name: record.attachments[0]?.name ?? "",
  };
});

vector("attachments", async () => {
  const contents = ["first file", "", "third ".repeat(200)];
  const sealed = await sealFiles(contents.map((text, i) => ({ name: `file ${i}.txt`, type: "text/plain", data: new Blob([text]) })), [key.identity.recipient], random);
  for (const [i, file] of sealed.files.entries()) {
    assert.equal(new TextDecoder().decode(await openFile(sealed.ciphertext, key.identity, file, i + 1)), contents[i]);
  }
  const big = new Uint8Array(1_048_577).map((_, i) => i % 251);
  return {
    what: "Three files as one object; tree hashes; Padmé lengths",
    ...common,
    contents,
    attachments: sealed.files.map((file) => ({ ...file })),
    object: { id: sealed.id, cipher: sealed.cipher, size: sealed.size },
    file: base64url(sealed.ciphertext),
    treeHashes: [{ bytes: 0, hash: await treeHash(new Uint8Array(0)) }, { bytes: big.length, rule: "byte i is i modulo 251", hash: await treeHash(big) }],
    padme: [262_144, 262_145, 300_000, 1_000_000, 5_000_001, 26_214_400].map((length) => [length, padme(length)]),
  };
});

vector("identity", () => {
  const file = sealIdentity(key.id, { name: "Ana Müller", contact: "+49 30 1234", custodians: [custodian.identity.recipient] }, random);
  assert.equal(openIdentity(file, custodian.identity, key.id).contact, "+49 30 1234");
  return { what: "A given identity and a dummy", ...common, custodian: secretOf(custodian.identity), name: "Ana Müller", contact: "+49 30 1234", file: base64url(file), dummy: base64url(sealIdentity(key.id, undefined, random)) };
});

vector("state", () => {
  const fields = { case: key.id, recipient: key.identity.recipient, root: hex(root), directory: world.directory.hash, version: 3, channel: world.content.channels[0]?.id ?? "", copy: "kept" as const, readers: [readerName(lead.person)], excluded: [readerName(reviewer.person)] };
  const file = sealState(fields, source.stateKey, source.mailboxId, random);
  assert.deepEqual(openState(file, source.stateKey, source.mailboxId), { v: 1, ...fields });
  return { what: "A source's state", ...common, entropy: hex(entropy), directory: fields.directory, version: 3, channel: fields.channel, copy: fields.copy, readers: fields.readers, excluded: fields.excluded, file: base64url(file) };
});

vector("grant", async () => {
  const file = sealGrant({ key, to: other.person, from: lead.person.id, directory: world.directory.hash, source: { signing: source.sourceSign.publicKey, reply: source.reply.recipient }, readers: [readerName(lead.person), readerName(other.person)], excluded: [readerName(reviewer.person)] }, root, lead.signing, random);
  assert.equal((await openGrant(file, { id: other.person.id, identity: other.identity }, lead.person.id, new Versions(world.directory))).key.id, key.id);
  return { what: "A grant from the lead to a colleague", ...common, to: other.person.id, identity: secretOf(other.identity), from: lead.person.id, signing: hex(lead.signing.publicKey), file: base64url(file) };
});

vector("keyring", () => {
  const channel = world.content.channels[0]?.id ?? "";
  const sheet = { day: today, lang: "de", title: "Gefälschte Prüfungen 😀" };
  const granted = { signing: base64url(source.sourceSign.publicKey), reply: keyFingerprint(source.reply.recipient), readers: [readerName(lead.person)], excluded: [readerName(reviewer.person)] };
  const first = { hash: hex(random(32)), signing: granted.signing };
  const other = newCaseKey(random);
  const cases = [{ case: key.id, key: secretOf(key.identity), channel, sheet, granted, first }, { case: other.id, key: secretOf(other.identity) }];
  const ring = { version: 2, positions: [{ channel, position: 40 }], cases, recused: ["ab".repeat(16)], filters: [{ name: "Überfällig 😀", channel, severity: "high", only: ["overdue"] }] };
  const file = sealRing(ring, lead.person.id, lead.identity, root, lead.signing, random);
  assert.deepEqual(openRing(file, 2, lead.person.id, lead.identity, root, lead.signing.publicKey), ring);
  return {
    what: "A keyring, version 2: a case with all that is kept of one, and one with its key alone", ...common, owner: lead.person.id, identity: secretOf(lead.identity), signing: hex(lead.signing.publicKey),
    channel, title: sheet.title, reply: granted.reply, excluded: granted.excluded, first: first.hash, sourceSigning: hex(source.sourceSign.publicKey), recused: ring.recused, filters: ring.filters, positions: ring.positions, file: base64url(file),
  };
});

vector("unlock", async () => {
  const serverSalt = random(32);
  const passphrase = "abacus abdomen abdominal abide abiding ability ablaze";
  const split = await splitPassphrase(passphrase, origin, " R.Moreau ", serverSalt);
  const keys = newPersonKeys(random);
  const file = sealIdentityFile(keys.identity, keys.signing, split.unlockSeed, random);
  assert.equal(secretOf(openIdentityFile(file, split.unlockSeed).identity), secretOf(keys.identity));
  return {
    what: "A passphrase, what it derives, identity.age, and an enrolment proof",
    origin, login: " R.Moreau ", passphrase, serverSalt: hex(serverSalt), password: split.password, unlockSeed: hex(split.unlockSeed),
    identity: secretOf(keys.identity), signingSeed: hex(keys.signing.seed), file: base64url(file),
    token: "invitation-token", proof: hex(enrolmentProof(keys, origin, "invitation-token")),
  };
});

vector("possession", async () => {
  const nonce = random(56);
  const bits = 10;
  return {
    what: "A mailbox request, a claim, and a proof of work",
    ...common, origin, nonce: hex(nonce), mailboxId: source.mailboxId, mailboxPublic: hex(source.mailboxAuth.publicKey),
    mailboxSignature: hex(signMailboxRequest(source.mailboxAuth, origin, source.mailboxId, nonce)),
    reviewerSigning: hex(lead.signing.publicKey), accessPublic: hex(key.access.publicKey), claimSignature: hex(signClaim(key, origin, lead.signing.publicKey, nonce)),
    work: { bits, subject: "subject", counter: String(await solve(nonce, utf8("subject"), bits, random)) },
  };
});

vector("summary", () => {
  const released = { v: 1 as const, summary: hex(random(16)), channel: world.content.channels[0]?.id ?? "", category: "safety", severity: "high", outcome: "substantiated" as const, quarter: "2026-Q1", lang: "en", title: "Tests", text: "Redacted\ntext" };
  const { proposal, ciphertext } = propose(released, key.id, lead.person.id, { recipient: key.identity.recipient, approvers: [approver.identity.recipient] }, root, lead.signing, random);
  return {
    what: "A summary proposed by the lead and approved by the approver", ...common, released, proposal, file: base64url(ciphertext), approverIdentity: secretOf(approver.identity),
    approval: approve(proposal, approver.person.id, root, approver.signing), proposerSigning: hex(lead.signing.publicKey), approverSigning: hex(approver.signing.publicKey),
  };
});

vector("submission", async () => {
  const channel = world.content.channels[0];
  assert.ok(channel !== undefined);
  const prepared = await prepareTip(
    {
      origin, directory: world.directory, channel, questionnaire: parseQuestionnaire(parseJson(utf8(JSON.stringify(questionnaire)))), today, lang: "en",
      answers: [{ q: "title", values: ["Falsified tests"] }, { q: "what", values: ["It was falsified."] }, { q: "how", values: ["saw"] }],
      files: [{ name: "numbers.csv", type: "text/csv", data: new Blob(["1;2;3\n"]) }],
      unticked: [reviewer.person.id],
      identity: { name: "Ana", contact: "ana@example.org", custodians: [custodian.person.id] },
      copy: "kept",
    },
    random,
  );
  const { submission, object } = prepared.secret;
  const nonce = random(56);
  const body = encodeBody(submission, nonce, await solve(nonce, submission.manifest, 8, random));
  const decoded = decodeBody(body);
  assert.equal(decoded.manifest.case, prepared.caseId);
  const opened = tryOpenCaseKey(submission.keyBlob, lead.identity);
  assert.equal(openMessage(submission.message, parseCaseKey(encodeIdentity(opened?.identity ?? key.identity)).identity).body.text, "It was falsified.");
  assert.deepEqual(fromBase64url(base64url(body)), body);
  return {
    what: "A whole submission body with one file, one reviewer left out, an identity, a kept copy; proof of work of 8 bits",
    origin, day: today, words: prepared.words.join(" "), case: prepared.caseId, reader: secretOf(lead.identity), leftOut: secretOf(reviewer.identity), custodian: secretOf(custodian.identity),
    directory: world.directory.note, manifest: new TextDecoder().decode(submission.manifest), bits: 8, title: "Falsified tests", text: "It was falsified.", fileName: "numbers.csv", fileText: "1;2;3\n",
    object: base64url(object?.ciphertext ?? new Uint8Array(0)), body: base64url(body),
  } satisfies Record<string, Json>;
});

vector("closing", () => {
  const text = { v: 1 as const, closing: hex(random(16)), case: key.id, outcome: "insufficient" as const, retention: "long" as const, lang: "de", text: "Zu wenig Angaben,\nund keine Antwort." };
  const { proposal, ciphertext } = proposeClosingText(text, lead.person.id, { recipient: key.identity.recipient, approvers: [approver.identity.recipient] }, root, lead.signing, random);
  return {
    what: "A closing proposed by the lead and approved by the approver", ...common, text, proposal, file: base64url(ciphertext), approverIdentity: secretOf(approver.identity),
    approval: approve(proposal, approver.person.id, root, approver.signing, "closing"), proposerSigning: hex(lead.signing.publicKey), approverSigning: hex(approver.signing.publicKey),
  };
});

vector("purge", () => {
  const text = { v: 1 as const, purge: hex(random(16)), case: key.id, ground: "secrecy" as const, lang: "fr", text: "Couvert par le secret médical." };
  const target = { target: hex(random(32)), directory: world.directory.hash, day: today };
  const { proposal, ciphertext } = proposePurgeText(text, target, lead.person.id, { recipient: key.identity.recipient, approvers: [approver.identity.recipient] }, root, lead.signing, random);
  return {
    what: "One thing of a case that the lead proposes to delete, and the approver's approval", ...common, text, target, directoryNote: world.directory.note, proposal, file: base64url(ciphertext), approverIdentity: secretOf(approver.identity),
    approval: approve(proposal, approver.person.id, root, approver.signing, "purge"),
  };
});

vector("recovered", () => {
  const recovery = hex(random(16));
  const file = sealRecovered({ to: lead.person.id, recovery, keys: [encodeIdentity(key.identity)] }, lead.identity.recipient, random);
  assert.deepEqual(openRecovered(file, lead.person.id, lead.identity).map(({ id }) => id), [key.id]);
  assert.throws(() => openRecovered(file, approver.person.id, lead.identity), { code: "recovery-not-to-you" });
  assert.throws(() => openRecovered(file, approver.person.id, approver.identity), { code: "recovery-malformed" });
  return { what: "A case key that the holders of recovery give to the lead", ...common, to: lead.person.id, recovery, file: base64url(file), identity: secretOf(lead.identity) };
});

vector("identity-request", () => {
  const told = { seq: 2, hash: hex(random(32)), text: "Wir fragen, wer Sie sind. 😀" };
  const fields = { request: hex(random(16)), case: key.id, recipient: key.identity.recipient, access: key.access.publicKey, directory: world.directory.hash, from: lead.person.id, day: today, to: [readerName(custodian.person)], reason: "A court asks." };
  const seal = (how: { readonly told: typeof told } | { readonly ground: string }) => sealIdentityRequest({ ...fields, ...how }, [custodian.identity.recipient], root, lead.signing, random);
  const [file, override] = [seal({ told }), seal({ ground: "It would warn the accused." })];
  const request = openIdentityRequest(file, custodian.identity);
  verifyIdentityRequest(request, root, lead.signing.publicKey);
  const reply = (decision: Parameters<typeof sealIdentityAnswer>[1]["decision"]) => sealIdentityAnswer(request, { directory: world.directory.hash, from: custodian.person.id, day: today + 1, decision }, root, custodian.signing, random);
  const [released, refused, none] = [reply({ outcome: "released", identity: { name: "Ana Müller", contact: "+49 30 1234" } }), reply({ outcome: "refused", reason: "Not needed" }), reply({ outcome: "none" })];
  verifyIdentityAnswer(openIdentityAnswer(released, key.identity, request), root, custodian.signing.publicKey);
  return {
    what: "A request for an identity of which the source was told, one of which it was not, and the three answers to the first",
    ...common, custodian: secretOf(custodian.identity), signing: hex(lead.signing.publicKey), custodianSigning: hex(custodian.signing.publicKey), to: fields.to[0] ?? "",
    reason: fields.reason, told: told.text, ground: "It would warn the accused.", name: "Ana Müller", refusal: "Not needed",
    file: base64url(file), override: base64url(override), released: base64url(released), refused: base64url(refused), none: base64url(none),
  };
});
