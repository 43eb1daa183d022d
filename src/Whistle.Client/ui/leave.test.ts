import assert from "node:assert/strict";
import { test } from "node:test";
import { depthOf } from "./leave.ts";

test("the way back to the start of a visit is read from the history's own number, and from nothing else", () => {
  assert.equal(depthOf({ entry: 1, depth: 4 }), 4);
  for (const state of [null, undefined, 3, "3", {}, { depth: -1 }, { depth: 0.5 }, { depth: "2" }]) {
    assert.equal(depthOf(state), 0, JSON.stringify(state));
  }
});
