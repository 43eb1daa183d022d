import assert from "node:assert/strict";
import { test } from "node:test";
import { checkInDue, checkInWord } from "./checkIn.ts";

const own = (day: number, values?: readonly string[], status = "readable") => ({ dir: "source" as const, day, status, answers: values === undefined ? [] : [{ q: "checkin", values }] });

test("a check-in is asked for after 30, 60, 90 and 180 days, the newest alone", () => {
  const due = [29, 30, 59, 60, 90, 179, 180, 4000].map((days) => checkInDue(1000, 1000 + days, [own(1000)]));
  assert.deepEqual(due, [undefined, 30, 30, 60, 90, 90, 180, 180]);
});

test("one that was answered is not asked for again, and one of which no copy was kept may have been", () => {
  assert.equal(checkInDue(1000, 1040, [own(1031, ["30", "no"])]), undefined);
  assert.equal(checkInDue(1000, 1061, [own(1031, ["30", "no"])]), 60);
  assert.equal(checkInDue(1000, 1040, [own(1031)]), 30, "another letter is no answer");
  assert.equal(checkInDue(1000, 1040, [own(1031, undefined, "no-copy")]), undefined);
  assert.equal(checkInDue(1000, 1040, [own(1029, undefined, "no-copy")]), 30);
  assert.equal(checkInDue(1000, 1040, [{ ...own(1031, ["30", "no"]), dir: "team" }]), 30, "nobody answers for the source");
});

test("only the marks and the words that were asked are an answer", () => {
  assert.deepEqual(checkInWord(own(1, ["90", "yes"])), { mark: 90, word: "yes" });
  for (const values of [[], ["90"], ["91", "yes"], ["90", "perhaps"], ["yes", "90"]]) {
    assert.equal(checkInWord(own(1, values)), undefined);
  }
});
