import assert from "node:assert/strict";
import { test } from "node:test";
import { noWork, readWork, writeWork, type SummaryWork } from "./work.ts";

const original = "Anna Muster signed for Peter.";
const work: SummaryWork = {
  title: "Signed for someone else",
  outcome: "partly",
  marks: [{ start: 0, end: 11, category: "person" }, { start: 23, end: 28, category: "person" }],
  edited: "[person] signed for [person]\n“once”.",
};

test("a summary's draft comes back as it was, with the marks and the text by hand", () => {
  assert.deepEqual(readWork(writeWork(work), original), work);
  const { edited, ...made } = work;
  assert.notEqual(edited, undefined);
  assert.deepEqual(readWork(writeWork(made), original), made);
});

test("where nothing was done there is no draft, and everything that can be done makes one", () => {
  assert.equal(writeWork(noWork), "");
  assert.deepEqual(readWork("", original), noWork);
  for (const part of [{ title: "T" }, { outcome: "partly" }, { marks: work.marks }, { edited: "" }] as const) {
    assert.deepEqual(readWork(writeWork({ ...noWork, ...part }), original), { ...noWork, ...part });
  }
});

test("marks of a draft are fitted into the original, and another form is refused", () => {
  const marks = [{ start: 23, end: 900, category: "person" }, { start: 500, end: 600, category: "person" }, { start: 0, end: 11, category: "place" }] as const;
  assert.deepEqual(readWork(writeWork({ ...work, marks }), original).marks, [{ start: 0, end: 11, category: "place" }, { start: 23, end: 29, category: "person" }]);
  const text = writeWork(work);
  for (const wrong of ["{}", text.replace('"v":1', '"v":2'), text.replace('"partly"', '"maybe"'), text.replace('"person"', '"hero"'), text.replace('"title":', '"approvers":["x"],"title":')]) {
    assert.throws(() => readWork(wrong, original), { code: "draft-malformed" });
  }
  assert.throws(() => readWork("half a letter", original), { code: "json-malformed" });
});
