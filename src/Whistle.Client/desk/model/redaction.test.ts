import assert from "node:assert/strict";
import { test } from "node:test";
import { addMark, leftovers, markEverywhere, partsLeft, redact, removeMark, segments, type Mark } from "./redaction.ts";

const original = "Weiss paid Anna Weiss. Weisswurst is not Weiss; WEISS knows.";
const word = (category: string): string => category;
const at = (text: string, from = 0): Mark => {
  const start = original.indexOf(text, from);
  return { start, end: start + text.length, category: "person" };
};

test("a mark is replaced by its category's word in brackets and leaves everything else as it was", () => {
  assert.equal(redact(original, addMark(original, [], at("Anna Weiss")), word), "Weiss paid [person]. Weisswurst is not Weiss; WEISS knows.");
});

test("a mark is trimmed of white space, and one of white space alone changes nothing", () => {
  assert.deepEqual(addMark(original, [], { start: 5, end: 11, category: "removed" }), [{ start: 6, end: 10, category: "removed" }]);
  assert.deepEqual(addMark(original, [], { start: 5, end: 6, category: "removed" }), []);
});

test("a newer mark takes the place of those it overlaps, so marks never overlap", () => {
  const marks = addMark(original, addMark(original, [], at("Anna")), at("Anna Weiss"));
  assert.deepEqual(marks.map((m) => original.slice(m.start, m.end)), ["Anna Weiss"]);
  assert.equal(segments(original, marks).map((s) => s.text).join(""), original);
});

test("marking a name marks it everywhere as a whole word, in any letter case, and never inside another word", () => {
  const marks = markEverywhere(original, addMark(original, [], at("Anna Weiss")), at("Weiss"));
  assert.equal(redact(original, marks, word), "[person] paid [person]. Weisswurst is not [person]; [person] knows.");
});

test("text whose lower case has another length is still marked at the right place", () => {
  const text = "İ met Ali and Ali.";
  const start = text.indexOf("Ali");
  assert.equal(redact(text, markEverywhere(text, [], { start, end: start + 3, category: "person" }), word), "İ met [person] and [person].");
});

test("a mark can be taken away again", () => {
  const marks = addMark(original, [], at("Anna Weiss"));
  assert.deepEqual(removeMark(marks, marks[0] ?? at("Weiss")), []);
});

test("marked words that still stand in the summary are named once", () => {
  const marks = markEverywhere(original, [], at("Weiss"));
  assert.deepEqual(leftovers(original, marks, "So weiss knew."), ["Weiss", "WEISS"]);
  assert.deepEqual(leftovers(original, marks, "So [person] knew."), []);
});

test("a surname that still stands after the full name was marked is named", () => {
  const marks = addMark(original, [], at("Anna Weiss"));
  assert.deepEqual(partsLeft(original, marks, "Weiss paid [person]. Weisswurst."), ["Weiss"]);
  assert.deepEqual(partsLeft(original, marks, "[person] paid; Weisswurst."), []);
  assert.deepEqual(partsLeft(original, addMark(original, [], at("Weiss")), "Weiss"), []);
});
