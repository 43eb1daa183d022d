import assert from "node:assert/strict";
import { test } from "node:test";
import { idleState } from "./forgetting.ts";

test("an idle page warns after 18 minutes and forgets after 20", () => {
  const minute = 60_000;
  assert.equal(idleState(0, 17.9 * minute), "awake");
  assert.equal(idleState(0, 18 * minute), "soon");
  assert.equal(idleState(0, 20 * minute), "over");
});
