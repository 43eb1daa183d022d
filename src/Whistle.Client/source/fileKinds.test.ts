import assert from "node:assert/strict";
import { test } from "node:test";
import { admit, cleanName, kindOfFile, maximumBytes, maximumFiles } from "./fileKinds.ts";

test("a kind is told by the ending, else by the type, and a picture of unknown kind counts as a photo", () => {
  assert.equal(kindOfFile("IMG_1.JPG", ""), "photo");
  assert.equal(kindOfFile("memo.docx", ""), "office");
  assert.equal(kindOfFile("memo.PDF", "image/png"), "pdf");
  assert.equal(kindOfFile("note", "text/plain"), "text");
  assert.equal(kindOfFile("x.qqq", "image/x-new"), "photo");
  assert.equal(kindOfFile("README", ""), "unknown");
});

test("odd names travel clean: no folders, control or direction signs, no empty name", () => {
  assert.equal(cleanName("../../etc/passwd"), "passwd");
  assert.equal(cleanName("C:\\fake\\a.txt"), "a.txt");
  assert.equal(cleanName("invoice\u202Efdp.exe"), "invoicefdp.exe");
  assert.equal(cleanName("a\u0000b\nc.txt"), "abc.txt");
  assert.equal(cleanName("…"), "…");
  assert.equal(cleanName(" .. "), "file");
  assert.equal(cleanName("تقرير السلامة.pdf"), "تقرير السلامة.pdf");
});

test("a long name keeps its ending", () => {
  const name = cleanName(`${"ä".repeat(500)}.pdf`);
  assert.equal([...name].length, 120);
  assert.ok(name.endsWith(".pdf"));
});

test("empty files, and those that exceed size or number, are refused by name while the others stay", () => {
  const file = (name: string, size: number) => ({ name, size });
  const { taken, refused } = admit([], [file("empty", 0), file("fits", maximumBytes - 1), file("too much", 2), file("last byte", 1)]);
  assert.deepEqual(taken.map((f) => f.name), ["fits", "last byte"]);
  assert.deepEqual(refused, [{ name: "empty", why: "empty" }, { name: "too much", why: "too-large" }]);
  const many = Array.from({ length: maximumFiles }, (_, i) => file(String(i), 1));
  assert.deepEqual(admit(many, [file("one more", 1)]).refused, [{ name: "one more", why: "too-many" }]);
});
