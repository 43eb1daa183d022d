import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWords } from "../lib/receipt.ts";
import { complete, nth, spellOut, typing } from "./typedWords.ts";

const words = "abandon amount liar amount expire adjust cage candy arch gather drum buyer";

test("words with line breaks, numbers, commas and any letter case are read", () => {
  for (const typed of [
    words,
    words.toUpperCase(),
    words.split(" ").map((word, i) => `${i + 1}. ${word}`).join("\r\n"),
    `  ${words.replaceAll(" ", ", ")}.`,
  ]) {
    assert.equal(spellOut(typed), words);
    assert.equal(parseWords(spellOut(typed)).length, 16);
  }
});

test("four letters are enough for a word and fewer are left as they are", () => {
  assert.equal(spellOut("aban amou lia"), "abandon amount lia");
});

test("a word that is not on the list stays at its place so that the error names it", () => {
  assert.equal(spellOut("abandon zzzz liar"), "abandon zzzz liar");
});

test("two letters before the cursor offer words, a whole word offers none", () => {
  assert.deepEqual(typing("abandon am", 10).completions.slice(0, 2), ["amateur", "amazing"]);
  assert.deepEqual(typing("abandon a", 9).completions, []);
  assert.deepEqual(typing("abandon", 7).completions, []);
  assert.deepEqual(typing("aba amount", 1).completions, [], "the cursor stands inside a word");
});

test("completing puts the word in the place of its letters and a space after it", () => {
  assert.deepEqual(complete("abandon am", 10, "amount"), { text: "abandon amount ", caret: 15 });
  assert.deepEqual(complete("ab liar", 2, "abandon"), { text: "abandon liar", caret: 7 });
  const eleven = words.split(" ").slice(0, 11).join(" ");
  assert.equal(complete(`${eleven} bu`, eleven.length + 3, "buyer").text, words);
});

test("places are named as the language names them", () => {
  assert.deepEqual([1, 2, 3, 4, 11].map((n) => nth(n, "en")), ["1st", "2nd", "3rd", "4th", "11th"]);
  assert.equal(nth(4, "de"), "4.");
  assert.deepEqual([1, 2].map((n) => nth(n, "fr")), ["1er", "2e"]);
  assert.equal(nth(4, "ar"), "4");
});
