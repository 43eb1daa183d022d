import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, checkAsking, openAsking, pairAnswers, transcriptWord, type Asking, type TeamQuestion } from "./questions.ts";

const hash = (n: number): string => String(n).padStart(64, "0");
const team = (seq: number, more: Partial<Asking> = {}): Asking => ({ dir: "team", seq, hash: hash(seq), kind: "text", status: "readable", questions: [], about: undefined, answers: [], ...more });
const source = (seq: number, more: Partial<Asking> = {}): Asking => ({ ...team(seq), dir: "source", hash: hash(100 + seq), ...more });
const where: TeamQuestion = { type: "choice", label: "Where?", options: ["line 1", "line 2"] };
const when: TeamQuestion = { type: "date", label: "When?" };

test("an answer stands beside its question where it fits, and is shown as it is where it does not", () => {
  const questions = [where, when, { type: "yesno" as const, label: "Seen?" }, { type: "text" as const, label: "Why?" }];
  const { paired, rest } = pairAnswers(questions, [
    { q: "4", values: ["because"] },
    { q: "1", values: ["line 2"] },
    { q: "2", values: ["2026-02-30"] },
    { q: "3", values: ["perhaps"] },
    { q: "5", values: ["nobody asked"] },
  ]);
  assert.deepEqual(paired.map(({ question, value }) => [question.label, value]), [["Where?", "line 2"], ["Why?", "because"]]);
  assert.deepEqual(rest.map(({ q }) => q), ["2", "3", "5"]);
  for (const value of ["2026", "2026-02", "2026-02-28"]) {
    assert.equal(pairAnswers([when], [{ q: "1", values: [value] }]).paired.length, 1);
  }
  assert.deepEqual(pairAnswers([where], [{ q: "1", values: ["line 3"] }]).paired, []);
  assert.deepEqual(pairAnswers([where], [{ q: "1", values: ["line 1", "line 2"] }]).paired, []);
  assert.deepEqual(pairAnswers([where], [{ q: "1", values: ["line 1"] }, { q: "1", values: ["line 2"] }]).paired, [], "two answers to one question are none");
  assert.deepEqual(pairAnswers([{ type: "text", label: "Why?" }], [{ q: "1", values: ["x".repeat(4001)] }]).paired, []);
});

test("what is asked last is answered, until a letter says that it answers it, or may have and left no copy", () => {
  const asks = team(2, { questions: [where] });
  assert.equal(openAsking([source(1), team(1), asks], 2)?.seq, 2);
  assert.equal(openAsking([source(1), team(1), asks], 1), undefined, "not yet verified");
  assert.equal(openAsking([asks, source(2, { about: { seq: 1, hash: hash(1) } })], 2)?.seq, 2);
  assert.equal(openAsking([asks, source(2, { about: { seq: 2, hash: hash(2) } })], 2), undefined);
  assert.equal(openAsking([asks, source(2, { status: "no-copy" })], 2), undefined);
  assert.equal(openAsking([asks, source(2, { status: "purged" })], 2), undefined, "nobody is asked again for what was deleted");
  assert.equal(openAsking([asks, source(2)], 2)?.seq, 2, "another letter is no answer");
  assert.equal(openAsking([team(1, { kind: "transcript" })], 1)?.kind, "transcript");
  assert.equal(openAsking([team(1, { kind: "transcript", status: "signature-invalid" })], 1), undefined);
});

test("only the very letter that is named was answered, and only where it held", () => {
  const letter = source(2, { about: { seq: 2, hash: hash(2) }, answers: [{ q: "transcript", values: ["confirmed"] }] });
  assert.equal(answered(letter, [team(1), team(2)])?.seq, 2);
  assert.equal(answered(letter, [team(1), team(2, { hash: hash(9) })]), undefined);
  assert.equal(answered(letter, [team(2, { status: "signer-unknown" })]), undefined);
  assert.equal(transcriptWord(letter), "confirmed");
  assert.equal(transcriptWord({ ...letter, dir: "team" }), undefined);
  assert.equal(transcriptWord({ ...letter, about: undefined }), undefined);
});

test("only the team asks and writes transcripts, and only the source answers", () => {
  const wrong: Parameters<typeof checkAsking>[] = [
    ["source", { kind: "text", questions: [where] }],
    ["team", { kind: "reader", questions: [where] }],
    ["team", { kind: "text", questions: [{ type: "choice", label: "Where?" }] }],
    ["team", { kind: "text", questions: [{ ...when, options: ["a", "b"] }] }],
    ["team", { kind: "text", questions: [{ ...where, options: ["a", "a"] }] }],
    ["team", { kind: "text", questions: [{ ...when, label: " " }] }],
    ["team", { kind: "text", about: { seq: 1 } }],
    ["source", { kind: "report", about: { seq: 1 } }],
    ["source", { kind: "text", about: { seq: 0 } }],
    ["source", { kind: "transcript" }],
  ];
  for (const [dir, body] of wrong) {
    assert.throws(() => checkAsking(dir, body), { code: "message-malformed" });
  }
  checkAsking("team", { kind: "text", questions: [where, when] });
  checkAsking("team", { kind: "transcript" });
  checkAsking("source", { kind: "text", about: { seq: 1 } });
});
