import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, hasSingleKeys, keepSingleKeys, moveSelection, type Press } from "./keys.ts";

const press = (key: string, part: Partial<Press> = {}): Press => ({ key, ctrlKey: false, metaKey: false, altKey: false, writing: false, onControl: false, ...part });

test("single keys act, and the ones that send something do not exist", () => {
  assert.equal(actOf(press("j"), true), "next");
  assert.equal(actOf(press("k"), true), "previous");
  assert.equal(actOf(press("r"), true), "reply");
  assert.equal(actOf(press("n"), true), "note");
  assert.equal(actOf(press("s"), true), undefined);
});

test("nothing acts while someone writes, except leaving the field", () => {
  for (const key of ["j", "r", "/", "?", "Enter", "1"]) {
    assert.equal(actOf(press(key, { writing: true }), true), undefined, key);
  }
  assert.equal(actOf(press("Escape", { writing: true }), true), "back");
});

test("a key with Ctrl, Meta or Alt is the browser's", () => {
  for (const modifier of ["ctrlKey", "metaKey", "altKey"] as const) {
    assert.equal(actOf(press("r", { [modifier]: true }), true), undefined, modifier);
  }
});

test("switched off, single keys do nothing", () => {
  assert.equal(actOf(press("j"), false), undefined);
});

test("whoever switched single keys off finds them off again", () => {
  const kept = new Map<string, string>();
  const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  assert.deepEqual([hasSingleKeys(undefined), hasSingleKeys(store)], [true, true]);
  keepSingleKeys(store, false);
  assert.equal(hasSingleKeys(store), false);
  keepSingleKeys(store, true);
  assert.equal(hasSingleKeys(store), true);
});

test("Enter on a button presses that button and nothing else", () => {
  assert.equal(actOf(press("Enter", { onControl: true }), true), undefined);
  assert.equal(actOf(press("Enter"), true), "open");
});

test("j and k stop at the ends and start at the first row", () => {
  const ids = ["a", "b", "c"];
  assert.equal(moveSelection(ids, undefined, "previous"), "a");
  assert.equal(moveSelection(ids, "a", "next"), "b");
  assert.equal(moveSelection(ids, "c", "next"), "c");
  assert.equal(moveSelection(ids, "a", "previous"), "a");
  assert.equal(moveSelection(ids, "gone", "next"), "a");
  assert.equal(moveSelection([], "a", "next"), undefined);
});
