import assert from "node:assert/strict";
import { test } from "node:test";
import { hexGroups, partialDate, size } from "./format.ts";

test("a date says no more than was given", () => {
  assert.equal(partialDate("2026", "en"), "2026");
  assert.equal(partialDate("2026-03", "en"), "March 2026");
  assert.equal(partialDate("2026-03-07", "en"), "7 March 2026");
  assert.equal(partialDate("2026-03-07", "de"), "7. März 2026");
  assert.equal(partialDate("not a date", "en"), "not a date");
});

test("Arabic pages keep one kind of digits", () => {
  assert.match(partialDate("2026-03-07", "ar"), /7.*2026/);
});

test("sizes are told in the unit that fits", () => {
  assert.equal(size(26_214_400, "en"), "25 MB");
  assert.equal(size(1536, "en"), "1.5 kB");
  assert.equal(size(5, "en"), "5 bytes");
});

test("a fingerprint is read in groups of four", () => {
  assert.equal(hexGroups("0123456789ab"), "0123 4567 89ab");
});
