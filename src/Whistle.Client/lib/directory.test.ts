import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeRecipient, newIdentity } from "./age.ts";
import { hex, utf8 } from "./bytes.ts";
import { acceptDirectory, custodiansOf, directoryHash, readerName, receiversOf, rootFingerprint, type DirectoryContent } from "./directory.ts";
import { answerProblem, answerProblems, answersToSend, parseQuestionnaire, parseTexts, questionsAsked, readDocument } from "./documents.ts";
import { canonicalText, parseJson, type Json } from "./jcs.ts";
import { verifyPromise } from "./promise.ts";
import { deterministicRandom } from "./random.testing.ts";
import { signingKey } from "./sign.ts";
import { joinNote, parseNote, signNote, verifiedKeys } from "./signedNote.ts";
import { parseTaxonomy } from "./taxonomy.ts";
import { directoryJson, directoryNote, directoryText, makeWorld, origin, questionnaire, today } from "./world.testing.ts";

const random = deterministicRandom(new Uint8Array(32).fill(5));
const world = makeWorld(random);
const { content, roots } = world;
const checks = { origin, today };
const channel = content.channels[0] as DirectoryContent["channels"][number];

function with_(change: Partial<DirectoryContent>): string {
  return directoryNote({ ...content, ...change }, roots);
}
function withChannel(change: Partial<typeof channel>): string {
  return with_({ channels: [{ ...channel, ...change }] });
}
const stranger = { name: "ethics", key: signingKey(random(32)) };
const otherRoot = { threshold: 1, keys: [{ name: stranger.name, key: stranger.key.publicKey }] };
const text = directoryText(content);
const people = content.people;

test("a directory that holds is accepted, whoever of its root signed first", () => {
  for (const note of [directoryNote(content, roots), directoryNote(content, [...roots].reverse()), directoryNote(content, [stranger, ...roots])]) {
    const directory = acceptDirectory(note, { ...checks, pinnedRoot: hex(rootFingerprint(content.root)), seenVersion: 3 });
    assert.equal(directory.content.organisation, "Example Works");
    assert.equal(directory.hash, directoryHash(text));
  }
});

test("the fingerprint of a root does not depend on the order of its keys, but on every key and the threshold", () => {
  const { root } = content;
  assert.deepEqual(rootFingerprint({ ...root, keys: [...root.keys].reverse() }), rootFingerprint(root));
  assert.notDeepEqual(rootFingerprint({ ...root, threshold: 1 }), rootFingerprint(root));
});

const table: readonly [string, string, string, Partial<Parameters<typeof acceptDirectory>[1]>?][] = [
  ["no note", "hello", "directory-malformed"],
  ["empty", "", "directory-malformed"],
  ["another label", directoryNote(content, roots, text.replace("directory/v1", "directory/v2")), "directory-malformed"],
  ["a fourth line", directoryNote(content, roots, `${text}x\n`), "directory-malformed"],
  ["JSON that is not canonical", directoryNote(content, roots, text.replace('{"channels"', '{ "channels"')), "directory-malformed"],
  ["a member too many", directoryNote(content, roots, `${text.split("\n").slice(0, 2).join("\n")}\n${canonicalText({ ...directoryJson(content), zzz: 1 })}\n`), "directory-malformed"],
  ["valid for more than 60 days", with_({ expires: content.issued + 61 }), "directory-malformed"],
  ["a person twice", with_({ people: [...people, people[0] as never] }), "directory-malformed"],
  ["a recipient that is none", with_({ people: people.map((p) => ({ ...p, recipient: "age1pq1qqqq" })) }), "directory-malformed"],
  ["a reader nobody knows", withChannel({ readers: ["ff".repeat(16)] }), "directory-malformed"],
  ["a custodian as reader", withChannel({ readers: channel.custodians }), "directory-malformed"],
  ["recovery offered and none there", directoryNote((({ recovery: _gone, ...rest }) => rest)(content), roots), "directory-malformed"],
  ["another fingerprint in line 2", directoryNote(content, roots, text.replace(/\n[0-9a-f]{64}\n/, `\n${"0".repeat(64)}\n`)), "directory-root-mismatch"],
  ["another root", directoryNote({ ...content, root: otherRoot }, [stranger]), "directory-root-mismatch", { pinnedRoot: hex(rootFingerprint(content.root)) }],
  ["one signature of two", directoryNote(content, roots.slice(0, 1)), "directory-under-signed"],
  ["one signature twice", directoryNote(content, [roots[0] as never, roots[0] as never]), "directory-under-signed"],
  ["a stranger's signature under a root holder's name", directoryNote(content, [roots[1] as never, stranger]), "directory-under-signed"],
  ["signatures of another text", `${text}\n${directoryNote({ ...content, version: 4 }, roots).split("\n\n")[1] ?? ""}`, "directory-under-signed"],
  ["a version below the highest seen", directoryNote(content, roots), "directory-rolled-back", { seenVersion: 4 }],
  ["the day after it expires", directoryNote(content, roots), "directory-expired", { today: content.expires + 1 }],
  ["another origin", directoryNote(content, roots), "directory-origin", { origin: "https://other.example" }],
];
for (const [name, note, code, change] of table) {
  test(`a directory is refused with ${code}: ${name}`, () => {
    assert.throws(() => acceptDirectory(note, { ...checks, ...change }), { code });
  });
}

test("a directory is usable through the day it expires, and for reading after it", () => {
  acceptDirectory(world.directory.note, { ...checks, today: content.expires });
  acceptDirectory(world.directory.note, { ...checks, today: content.expires + 1, allowExpired: true });
});

test("who can be sealed to is who is valid that day, recovery last", () => {
  assert.deepEqual(receiversOf(content, channel, today).map((r) => r.id), [...channel.readers, "recovery"]);
  const later = { ...content, people: people.map((p) => (p.id === channel.readers[0] ? { ...p, from: today + 1 } : p)) };
  assert.deepEqual(receiversOf(later, channel, today).map((r) => r.id), [...channel.readers.slice(1), "recovery"]);
  assert.deepEqual(receiversOf(content, { ...channel, recovery: "none" }, today).map((r) => r.id), channel.readers);
  assert.equal(custodiansOf(content, channel, today).length, 1);
  const person = people[0] as never as (typeof people)[number];
  assert.notEqual(readerName({ ...person, recipient: encodeRecipient(newIdentity(random).recipient) }), readerName(person));
});

test("a signed note with a bad line, or a bad signature of a known key, is no note", () => {
  const key = signingKey(random(32));
  const known = [{ name: "log", key: key.publicKey }];
  const note = joinNote("a\n", [signNote("a\n", "log", key)]);
  assert.deepEqual(verifiedKeys(parseNote(note), known), known);
  assert.deepEqual(verifiedKeys(parseNote(note), [{ name: "other", key: key.publicKey }]), []);
  assert.throws(() => verifiedKeys(parseNote(note.replace("a\n", "b\n")), known), { code: "note-malformed" });
  for (const bad of [note.slice(0, -1), note.replace("\n\n", "\n"), note.replace("— ", "- "), note.replace("log ", "l og "), `${note}x\n`, note.replace("a\n", "a\t\n"), "a\n\n— log AAAA\n"]) {
    assert.throws(() => parseNote(bad), { code: "note-malformed" }, JSON.stringify(bad));
  }
  assert.throws(() => signNote("a", "log", key), { code: "note-malformed" });
  assert.throws(() => signNote("a\n", "lo g", key), { code: "note-malformed" });
  assert.throws(() => verifyPromise(note, world.directory), { code: "promise-invalid" });
});

// Documents

const parsed = parseQuestionnaire(parseJson(utf8(JSON.stringify(questionnaire))));

test("a document is what its hash says, and of its form", () => {
  for (const [hash, bytes] of world.documents) {
    readDocument(bytes, hash);
    assert.throws(() => readDocument(utf8(`${new TextDecoder().decode(bytes)} `), hash), { code: "document-hash" });
  }
  const without = (id: string) => ({ ...questionnaire, questions: questionnaire.questions.filter((q) => q.id !== id) });
  const bad: unknown[] = [
    without("title"),
    without("what"),
    without("how"), // "whom" hangs on it
    { ...questionnaire, questions: [...questionnaire.questions, questionnaire.questions[0]] },
    { ...questionnaire, questions: questionnaire.questions.map((q) => (q.id === "how" ? { ...q, options: undefined } : q)) },
    { ...questionnaire, more: 1 },
    { ...questionnaire, questions: questionnaire.questions.map((q) => (q.id === "whom" ? { ...q, when: { question: "how", is: ["other"] } } : q)) },
  ];
  for (const document of bad) {
    assert.throws(() => parseQuestionnaire(parseJson(utf8(JSON.stringify(document)))), { code: "document-malformed" });
  }
  assert.throws(() => parseTexts({}), { code: "document-malformed" });
  assert.throws(() => parseTaxonomy([] as Json), { code: "document-malformed" });
});

test("a question with a condition is asked when it holds, and its answer is sent only then", () => {
  const ids = (how: string) => questionsAsked(parsed, [{ q: "how", values: [how] }]).map((q) => q.id);
  assert.ok(!ids("saw").includes("whom"));
  assert.ok(ids("heard").includes("whom"));
  const answers = [{ q: "title", values: ["t"] }, { q: "what", values: ["w"] }, { q: "how", values: ["saw"] }, { q: "whom", values: ["x"] }, { q: "since", values: [""] }];
  assert.deepEqual(answersToSend(parsed, answers).map((a) => a.q), ["title", "what", "how"]);
  assert.deepEqual(answerProblems(parsed, answers), {});
  assert.deepEqual(answerProblems(parsed, [{ q: "how", values: ["heard"] }]), { title: "answer-missing", what: "answer-missing", whom: "answer-missing" });
});

test("answers of the wrong kind are named", () => {
  const problem = (id: string, ...values: string[]) => answerProblem(parsed.questions.find((q) => q.id === id) as never, values);
  assert.equal(problem("title", "x".repeat(201)), "answer-too-long");
  assert.equal(problem("title", "😀".repeat(200)), undefined);
  assert.equal(problem("what", "a", "b"), "answer-too-many");
  assert.equal(problem("how", "no such"), "answer-not-an-option");
  assert.equal(problem("areas", "a", "b"), undefined);
  assert.equal(problem("areas", "a", "a"), "answer-not-an-option");
  assert.equal(problem("again", "maybe"), "answer-not-an-option");
  for (const date of ["2026", "2026-02", "2024-02-29"]) {
    assert.equal(problem("since", date), undefined);
  }
  for (const date of ["26", "2026-13", "2026-02-30", "yesterday"]) {
    assert.equal(problem("since", date), "answer-not-a-date");
  }
});
