import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeskFile } from "../../lib/flows/desk.ts";
import { fold, noFilter, queueRows } from "../model/queue.ts";
import { row, today } from "../model/case.testing.ts";
import { SearchIndex } from "./search-index.ts";

const letter = (text: string, status = "readable", name?: string) => ({ status, text, answers: [{ q: "1", values: ["line seven"] }], questions: [], files: name === undefined ? [] : [{ name }] });
const opened = (caseId: string, letters: readonly unknown[], notes: readonly unknown[] = [], changes = 1): DeskFile =>
  ({ caseId, letters, notes, server: { case: { changes, policy: "eu", received: today } } }) as unknown as DeskFile;
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
  index.keep(new Set());
  assert.equal(index.has("b"), false);
});

test("what was kept comes back of the cases that are held and did not change; of one that changed only its days", () => {
  const before = new SearchIndex();
  before.put(opened(a, [letter("The gauge")], [task(today + 3)]), "me");
  before.put(opened(b, [letter("a deleted letter")], [task(today + 5)], 4), "me");
  before.put(opened(c, [letter("given up")]), "me");
  const told: boolean[] = [];
  const index = new SearchIndex((isToKeep) => told.push(isToKeep));
  index.restore(before.toKeep(), new Map([[a, 1], [b, 6]]));
  assert.deepEqual([a, b, c].map((id) => index.has(id)), [true, false, false]);
  assert.equal(index.hit(a, "gauge")?.where, "letter");
  assert.deepEqual([index.words(b), index.words(c), index.hit(b, "deleted")], ["", "", undefined]);
  assert.deepEqual([a, b, c].map((id) => index.duties(id).map(({ kind, by }) => [kind, by])), [[["task", today + 3]], [["task", today + 5]], []]);
  assert.deepEqual(told, [true], "what is kept has to lose what was deleted");
  assert.doesNotMatch(JSON.stringify(index.toKeep()), /deleted|given up/);

  const same = new SearchIndex((isToKeep) => told.push(isToKeep));
  same.put(opened(a, [letter("read since")]), "me");
  same.restore(before.toKeep().slice(0, 2), new Map([[a, 1], [b, 4]]));
  assert.equal(same.words(a).startsWith("read since"), true, "what was read since stays");
  assert.deepEqual(same.toKeep().map((entry) => entry.case), [b, a], "what was read last stands last");
  assert.deepEqual(told, [true, true, false]);
});
