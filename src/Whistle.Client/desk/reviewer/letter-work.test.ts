import assert from "node:assert/strict";
import { test } from "node:test";
import { isAskable, questionOf, readLetterWork, writeLetterWork, type LetterWork } from "./letter-work.ts";

const plain: LetterWork = { text: "Thank you.\nWhen?", questions: [], transcript: false, lang: "" };

test("a_letter_of_words_alone_is_kept_as_these_words_and_one_with_questions_comes_back_whole", () => {
  assert.equal(writeLetterWork(plain), plain.text);
  assert.deepEqual(readLetterWork(plain.text), plain);
  for (const work of [
    { ...plain, questions: [{ type: "choice" as const, label: "Where?", options: "line 1\nline 2" }] },
    { ...plain, transcript: true },
    { ...plain, lang: "fr" },
    { text: '{"v":1}', questions: [], transcript: false, lang: "" },
  ]) {
    assert.deepEqual(readLetterWork(writeLetterWork(work)), work);
  }
});

test("a_draft_that_is_not_what_it_says_is_refused", () => {
  assert.throws(() => readLetterWork("\u0000{}"), { code: "draft-malformed" });
  assert.throws(() => readLetterWork("\u0000not json"), { code: "json-malformed" });
});

test("only_a_choice_has_options_and_none_twice", () => {
  assert.deepEqual(questionOf({ type: "choice", label: " Where? ", options: "a\n\n b \n" }), { type: "choice", label: "Where?", options: ["a", "b"] });
  assert.deepEqual(questionOf({ type: "date", label: "When?", options: "left over" }), { type: "date", label: "When?" });
  assert.equal(isAskable({ type: "choice", label: "Where?", options: "a\nb" }), true);
  assert.equal(isAskable({ type: "choice", label: "Where?", options: "a" }), false);
  assert.equal(isAskable({ type: "choice", label: "Where?", options: "a\na" }), false);
  assert.equal(isAskable({ type: "text", label: " ", options: "" }), false);
  assert.equal(isAskable({ type: "text", label: "x".repeat(501), options: "" }), false);
});
