import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeskFile } from "../../lib/flows/desk.ts";
import { noFilter, queueRows } from "../model/queue.ts";
import { row, today } from "../model/case.testing.ts";
import { SearchIndex } from "./search-index.ts";

const letter = (text: string, status = "readable", name?: string) => ({ status, text, answers: [{ q: "1", values: ["line seven"] }], questions: [], files: name === undefined ? [] : [{ name }] });
const opened = (caseId: string, letters: readonly unknown[], notes: readonly unknown[] = []): DeskFile => ({ caseId, letters, notes }) as unknown as DeskFile;

test("letters, answers, notes, records and names of files are found, and where they stand", () => {
  const index = new SearchIndex();
  index.put(
    opened("a", [letter(`${"x ".repeat(60)}The gauge was Gefälscht in March, ${"y ".repeat(60)}`, "readable", "okapi.csv")], [
      { problem: undefined, text: "Ask payroll", record: { kind: "task", fields: [{ q: "title", values: ["sick notes"] }] }, files: [] },
      { problem: "signature-invalid", text: "forged note", files: [{ name: "forged.csv" }] },
    ]),
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
  index.put(opened("a", [letter("The gauge")], [{ problem: undefined, text: "payroll", files: [] }]));
  index.put(opened("b", [letter("payroll alone")]));
  const find = (text: string) => queueRows([row("a"), row("b")], "queue", { ...noFilter, text }, { me: "p", today, policy: () => "eu", words: ({ id, title }) => `${title} ${index.words(id)}` }).map(({ id }) => id);
  assert.deepEqual(find("payroll gauge"), ["a"]);
  assert.deepEqual(find("payroll").sort(), ["a", "b"]);
  assert.deepEqual(find("line seven payroll gauge alone"), []);
});

test("of a case that is no longer held nothing is left to find", () => {
  const index = new SearchIndex();
  index.put(opened("a", [letter("secret")]));
  index.put(opened("b", [letter("secret")]));
  index.drop("a");
  assert.deepEqual([index.has("a"), index.words("a"), index.has("b")], [false, "", true]);
  index.keep(new Set());
  assert.equal(index.has("b"), false);
});
