import assert from "node:assert/strict";
import { test } from "node:test";
import { countsAsExit } from "./escape.ts";

function press(keys: readonly (readonly [string, number])[]): boolean {
  let times: readonly number[] = [];
  let exit = false;
  for (const [key, now] of keys) {
    ({ exit, times } = countsAsExit(times, key, now));
  }
  return exit;
}

test("three quick presses of Esc leave", () => {
  assert.equal(press([["Escape", 0], ["Escape", 400], ["Escape", 1200]]), true);
});

test("two presses, slow presses and presses with another key between do not leave", () => {
  assert.equal(press([["Escape", 0], ["Escape", 300]]), false);
  assert.equal(press([["Escape", 0], ["Escape", 300], ["Escape", 5000]]), false);
  assert.equal(press([["Escape", 0], ["Escape", 300], ["a", 400], ["Escape", 500]]), false);
});
