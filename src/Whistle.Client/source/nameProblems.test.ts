import assert from "node:assert/strict";
import { test } from "node:test";
import { nameProblems } from "./nameProblems.ts";

test("whoever gives a name must write one, and nothing that does not fit in its envelope", () => {
  assert.deepEqual(nameProblems({ give: true, name: "  ", contact: "" }), [{ field: "name", problem: "missing" }]);
  assert.deepEqual(nameProblems({ give: true, name: "é".repeat(101), contact: "x".repeat(501) }), [
    { field: "name", problem: "too-long" },
    { field: "contact", problem: "too-long" },
  ]);
  assert.deepEqual(nameProblems({ give: true, name: "é".repeat(100), contact: "" }), []);
});

test("whoever stays anonymous is asked for nothing", () => {
  assert.deepEqual(nameProblems({ give: false, name: "", contact: "x".repeat(501) }), []);
});
