import assert from "node:assert/strict";
import { test } from "node:test";
import { earlierOf, type Shown } from "./earlier.ts";

const shown = (id: string, part: Partial<Shown> = {}): Shown => ({ id, case: "a", decided: true, text: "The tests were falsified in March.", ...part });
const waiting = shown("new", { decided: false, text: "The tests were falsified in spring." });

test("a waiting summary is compared with the nearest decided one of its case", () => {
  const far = shown("far", { text: "Something else altogether, and longer than that." });
  assert.equal(earlierOf(waiting, [far, waiting, shown("near")]), shown("near").text);
  assert.equal(earlierOf(waiting, [shown("near"), far, waiting]), shown("near").text);
  assert.equal(earlierOf(waiting, [waiting, shown("out", { decided: true })]), shown("out").text);
});

test("nothing of another case, nothing undecided, and nothing for what is decided itself", () => {
  assert.equal(earlierOf(waiting, [waiting]), undefined);
  assert.equal(earlierOf(waiting, [waiting, shown("other", { case: "b" })]), undefined);
  assert.equal(earlierOf(waiting, [waiting, shown("also", { decided: false })]), undefined);
  assert.equal(earlierOf(shown("done"), [shown("done"), shown("near")]), undefined);
});
