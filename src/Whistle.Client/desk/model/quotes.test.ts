import assert from "node:assert/strict";
import { test } from "node:test";
import { quotesIn } from "./quotes.ts";

const original = "Every Friday after the audit the binders go into the blue van, and nobody signs for them.";

test("five words that stand in the original are found, whatever their case, accents and marks", () => {
  assert.deepEqual(quotesIn("We heard that AFTER the audit, the binders go elsewhere.", [original]), ["AFTER the audit, the binders go"]);
  assert.deepEqual(quotesIn("Les résultats ont été changés la nuit", ["les resultats ont ete changes"]), ["Les résultats ont été changés"]);
});

test("fewer words, or the same in another order, are nobody's", () => {
  assert.deepEqual(quotesIn("the binders go into storage", [original]), []);
  assert.deepEqual(quotesIn("them for signs nobody and van blue the into go", [original]), []);
});

test("a passage is given as long as it goes, two of them apart, and a repeated one once", () => {
  assert.deepEqual(
    quotesIn("binders go into the blue van, he said. Nobody knew: every Friday after the audit. And again every Friday after the audit.", [original]),
    ["binders go into the blue van", "every Friday after the audit"],
  );
});

test("a short original counts as a whole, a name of two words does not", () => {
  assert.deepEqual(quotesIn("Somebody wrote: they know me. That was all.", ["They know me"]), ["they know me"]);
  assert.deepEqual(quotesIn("Signed by Ada Lovelace.", ["Ada Lovelace"]), []);
});

test("scripts without spaces are words as well", () => {
  assert.deepEqual(quotesIn("報告: 監査の後で書類が青い車に運ばれた。", ["毎週、監査の後で書類が青い車に運ばれた"]), ["監査の後で書類が青い車に運ばれた"]);
  assert.deepEqual(quotesIn("كل يوم جمعة بعد المراجعة تذهب الملفات", ["قال كل يوم جمعة بعد المراجعة"]), ["كل يوم جمعة بعد المراجعة"]);
});
