import assert from "node:assert/strict";
import { test } from "node:test";
import { diffText, type Piece } from "./diff.ts";

const before = (pieces: readonly Piece[]): string => pieces.filter((p) => p.kind !== "added").map((p) => p.text).join("");
const after = (pieces: readonly Piece[]): string => pieces.filter((p) => p.kind !== "removed").map((p) => p.text).join("");

test("a replaced word is one removal and one addition between what stayed", () => {
  assert.deepEqual(diffText("Paid to Mr Weiss on Monday", "Paid to [person] on Monday"), [
    { kind: "same", text: "Paid to " },
    { kind: "removed", text: "Mr Weiss" },
    { kind: "added", text: "[person]" },
    { kind: "same", text: " on Monday" },
  ]);
});

test("equal texts are one piece, and nothing from nothing is nothing", () => {
  assert.deepEqual(diffText("a b", "a b"), [{ kind: "same", text: "a b" }]);
  assert.deepEqual(diffText("", ""), []);
  assert.deepEqual(diffText("", "x"), [{ kind: "added", text: "x" }]);
});

test("both texts can be read back from any diff, white space and all", () => {
  let seed = 7;
  const next = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
  const words = ["a", "bb", "ccc", "ü", "😀", " ", "\n", "\t", "  "];
  for (let round = 0; round < 300; round++) {
    const make = (): string => Array.from({ length: next(14) }, () => words[next(words.length)] ?? "").join("");
    const [one, two] = [make(), make()];
    const pieces = diffText(one, two);
    assert.equal(before(pieces), one);
    assert.equal(after(pieces), two);
  }
});

test("texts too long for words are compared by lines and still read back", () => {
  const one = Array.from({ length: 3000 }, (_, i) => `line ${i} of the first`).join("\n");
  const two = Array.from({ length: 3000 }, (_, i) => (i === 1500 ? "another line" : `line ${i} of the second`)).join("\n");
  const pieces = diffText(one, two);
  assert.equal(before(pieces), one);
  assert.equal(after(pieces), two);
});
