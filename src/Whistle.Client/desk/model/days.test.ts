import assert from "node:assert/strict";
import { test } from "node:test";
import { english, german, today } from "./case.testing.ts";
import { clockWords, dayOf, daysLeftWords, dayWords, urgency } from "./days.ts";

test("days left are words in each language, with their own singular", () => {
  assert.equal(daysLeftWords(english, today + 1, today), "1 day left");
  assert.equal(daysLeftWords(english, today + 2, today), "2 days left");
  assert.equal(daysLeftWords(english, today, today), "due today");
  assert.equal(daysLeftWords(english, today - 1, today), "1 day overdue");
  assert.equal(daysLeftWords(english, today - 12, today), "12 days overdue");
  assert.equal(daysLeftWords(german, today + 1, today), "noch 1 Tag");
  assert.equal(daysLeftWords(german, today - 3, today), "3 Tage überfällig");
});

test("three days or fewer are soon, the day itself is not overdue, the day after is", () => {
  assert.equal(urgency(today + 4, today), "later");
  assert.equal(urgency(today + 3, today), "soon");
  assert.equal(urgency(today, today), "soon");
  assert.equal(urgency(today - 1, today), "overdue");
  assert.equal(urgency(undefined, today), "none");
});

test("a day names its year only where it is not this one, and does not move with the reader's zone", () => {
  const third = dayOf(Date.UTC(2026, 2, 3));
  assert.equal(dayWords("en", third, dayOf(Date.UTC(2026, 10, 1))), "3 March");
  assert.equal(dayWords("en", third, dayOf(Date.UTC(2027, 0, 1))), "3 March 2026");
  assert.equal(dayWords("de", third, third), "3. März");
});

test("the countdown shows minutes and two digits of seconds, and never less than nothing", () => {
  assert.equal(clockWords(872), "14:32");
  assert.equal(clockWords(9), "0:09");
  assert.equal(clockWords(-5), "0:00");
});
