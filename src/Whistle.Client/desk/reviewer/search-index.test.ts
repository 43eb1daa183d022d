import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeskFile } from "../../lib/flows/desk.ts";
import { fold, noFilter, queueRows } from "../model/queue.ts";
import { row, today } from "../model/case.testing.ts";
import { SearchIndex, type IndexChange } from "./search-index.ts";

const letter = (text: string, status = "readable", name?: string) => ({ status, text, answers: [{ q: "1", values: ["line seven"] }], questions: [], files: name === undefined ? [] : [{ name }] });
const opened = (caseId: string, letters: readonly unknown[], notes: readonly unknown[] = [], changes = 1, deletions = 0): DeskFile =>
  ({ caseId, letters, notes, server: { case: { changes, deletions, policy: "eu", received: today } } }) as unknown as DeskFile;
const held = (...cases: readonly (readonly [id: string, changes: number, deletions?: number])[]) => new Map(cases.map(([id, changes, deletions = 0]) => [id, { changes, deletions }]));
const kept = (index: SearchIndex) => Array.from({ length: 16 }, (_, part) => index.toKeep(part)).flat();
const [a, b, c] = ["a", "b", "c"].map((letter) => letter.repeat(32)) as [string, string, string];
const task = (due: number) => ({ id: `${due}`, problem: undefined, text: "", files: [], record: { kind: "task", fields: [{ q: "title", values: ["Ask payroll"] }, { q: "due", values: [`${due}`] }] } });

test("letters, answers, notes, records and names of files are found, and where they stand", () => {
  const index = new SearchIndex();
  index.put(
    opened("a", [letter(`${"x ".repeat(60)}The gauge was Gefälscht in March, ${"y ".repeat(60)}`, "readable", "okapi.csv")], [
      { problem: undefined, text: "Ask payroll", record: { kind: "task", fields: [{ q: "title", values: ["sick notes"] }] }, files: [] },
      { problem: "signature-invalid", text: "forged note", files: [{ name: "forged.csv" }] },
    ]),
    "me",
  );
  const hit = index.hit("a", "gefalscht");
  assert.equal(hit?.where, "letter");
  assert.match(hit?.snippet ?? "", /^… .*Gefälscht in March.* …$/);
  assert.deepEqual(["seven", "SICK", "okapi"].map((words) => index.hit("a", words)?.where), ["letter", "note", "file"]);
  assert.equal(index.hit("a", "forged"), undefined, "nobody vouches for it");
  assert.equal(index.hit("b", "gauge"), undefined);
  assert.equal(index.hit("a", "the notes sick")?.where, "note", "the place that has most of the words");
});

test("words of one search may stand in different places of one case, and not in two cases", () => {
  const index = new SearchIndex();
  index.put(opened("a", [letter("The gauge")], [{ problem: undefined, text: "payroll", files: [] }]), "me");
  index.put(opened("b", [letter("payroll alone")]), "me");
  const find = (text: string) => queueRows([row("a"), row("b")], "queue", { ...noFilter, text }, { me: "p", today, policy: () => "eu", words: ({ id, title }) => `${fold(title)} ${index.words(id)}` }).map(({ id }) => id);
  assert.deepEqual(find("payroll gauge"), ["a"]);
  assert.deepEqual(find("payroll").sort(), ["a", "b"]);
  assert.deepEqual(find("line seven payroll gauge alone"), []);
});

test("of a case that is no longer held nothing is left to find", () => {
  const index = new SearchIndex();
  index.put(opened("a", [letter("secret")]), "me");
  index.put(opened("b", [letter("secret")]), "me");
  index.drop("a");
  assert.deepEqual([index.has("a"), index.words("a"), index.has("b")], [false, "", true]);
  index.keep(held());
  assert.equal(index.has("b"), false);
});

test("what was kept comes back of the cases that are held; where something was deleted since, nothing of its words", () => {
  const before = new SearchIndex();
  before.put(opened(a, [letter("The gauge")], [task(today + 3)]), "me");
  before.put(opened(b, [letter("a deleted letter")], [task(today + 5)], 4), "me");
  before.put(opened(c, [letter("given up")]), "me");
  const told: IndexChange[] = [];
  const index = new SearchIndex((change) => told.push(change));
  index.restore(kept(before));
  assert.deepEqual([a, b, c].map((id) => [index.has(id), index.words(id)]), [[false, ""], [false, ""], [false, ""]], "nobody knows yet what is still held");
  assert.equal(kept(index).length, 3, "and nothing is lost until then");
  index.keep(held([a, 1], [b, 6, 1]));
  assert.deepEqual([a, b, c].map((id) => index.has(id)), [true, false, false]);
  assert.equal(index.hit(a, "gauge")?.where, "letter");
  assert.deepEqual([index.words(b), index.words(c), index.hit(b, "deleted")], ["", "", undefined]);
  assert.deepEqual([a, b, c].map((id) => index.duties(id).map(({ kind, day }) => [kind, day])), [[["task", today + 3]], [["task", today + 5]], []]);
  assert.deepEqual(told.map(({ parts, gone }) => [[...parts].sort((x, y) => x - y), gone]), [[[11, 12], true]]);
  assert.doesNotMatch(JSON.stringify(kept(index)), /deleted letter|given up/);
});

test("a case that changed is found as it was read, and counts as not read until it is opened again", () => {
  const told: IndexChange[] = [];
  const index = new SearchIndex((change) => told.push(change));
  index.put(opened(a, [letter("The gauge")]), "me");
  index.keep(held([a, 1]));
  assert.equal(index.has(a), true);
  index.keep(held([a, 2]));
  index.keep(held([a, 2]));
  assert.deepEqual([index.has(a), index.hit(a, "gauge")?.where, told.length], [false, "letter", 2]);
  index.put(opened(a, [letter("The gauge"), letter("and the bench")], [], 2), "me");
  assert.deepEqual([index.has(a), index.hit(a, "bench")?.where], [true, "letter"]);
  index.put(opened(a, [letter("The gauge")], [], 1), "me");
  assert.equal(index.hit(a, "bench")?.where, "letter", "an answer that came late changes nothing");
  index.keep(held([a, 3, 1]));
  assert.deepEqual([index.hit(a, "gauge"), told.at(-1)], [undefined, { parts: [10], gone: true }]);
  index.put(opened(a, [letter("The gauge")], [], 2), "me");
  assert.equal(index.hit(a, "gauge"), undefined, "nor does one bring back what was deleted");
});

test("what was read since stays where older octets come from the device", () => {
  const old = new SearchIndex();
  old.put(opened(a, [letter("as it was")]), "me");
  old.put(opened(b, [letter("another")]), "me");
  const index = new SearchIndex();
  index.put(opened(a, [letter("read since")], [], 2), "me");
  index.restore(kept(old));
  index.keep(held([a, 2], [b, 1]));
  assert.match(index.words(a), /^read since/);
  assert.deepEqual([index.has(b), index.isEmpty], [true, false]);
  index.restore([{ case: a, changes: 3, deletions: 0, texts: [{ where: "letter", text: "read in another tab" }], duties: [] }]);
  index.keep(held([a, 3], [b, 1]));
  assert.match(index.words(a), /another tab/, "of two the one that was read later");
  const same = new SearchIndex();
  const later = `a${"1".repeat(31)}`;
  same.put(opened(later, [letter("read last")]), "me");
  same.restore(kept(old));
  same.keep(held([a, 1], [b, 1], [later, 1]));
  assert.deepEqual(same.toKeep(10).map((entry) => entry.case), [a, later], "what was read last stands last");
  index.clear();
  assert.equal(index.isEmpty, true);
});
