import assert from "node:assert/strict";
import { test } from "node:test";
import { WhistleError } from "../../lib/errors.ts";
import { signingKey } from "../../lib/sign.ts";
import { english, german } from "./case.testing.ts";
import { actWords } from "./acts.ts";
import { errorWords } from "./errors.ts";
import { samePassphrase } from "./passphrase.ts";
import { confirmPin, keepPin, readPin, type PinStore } from "./pins.ts";
import { decodePublic, encodePublic, keyNameOf } from "./root-key.ts";
import { sizeWords } from "./size.ts";

test("every known failure has its own sentence, and an unknown one says that the text is still there", () => {
  assert.match(errorWords(english, new WhistleError("stale")), /changed this case/);
  assert.match(errorWords(german, new WhistleError("sign-in-locked")), /gesperrt/);
  assert.match(errorWords(english, new WhistleError("brand-new")), /brand-new.*still here/s);
  assert.match(errorWords(english, new Error("x")), /unexpected/);
  assert.match(errorWords(english, new WhistleError("invalid", { status: 400, fields: [{ name: "login", code: "login-form" }] })), /login name/);
});

test("words that are not on the list are named by their places", () => {
  assert.match(errorWords(english, new WhistleError("words-not-on-list", { positions: [4, 7] })), /places 4, 7/);
  assert.match(errorWords(english, new WhistleError("words-not-on-list", { positions: [2] })), /place 2/);
});

test("an act the desk does not know yet keeps the name the server gave it", () => {
  assert.equal(actWords(english, "case.claimed"), "Opened, no conflict declared");
  assert.equal(actWords(english, "case.flown"), "case.flown");
});

test("a passphrase typed back may differ in case and white space only", () => {
  assert.equal(samePassphrase("  Acid bath\ncargo ", "acid bath cargo"), true);
  assert.equal(samePassphrase("acid bath", "acid bath cargo"), false);
});

test("a pinned root is kept: a higher version of it is noted, and only a person puts another in its place", () => {
  const kept = new Map<string, string>();
  const store: PinStore = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => void kept.set(k, v) };
  assert.equal(readPin(store), undefined);
  keepPin(store, { root: "ab".repeat(32), version: 4 });
  keepPin(store, { root: "ab".repeat(32), version: 3 });
  assert.deepEqual(readPin(store), { root: "ab".repeat(32), version: 4, confirmed: false });
  keepPin(store, { root: "cd".repeat(32), version: 9 });
  assert.equal(readPin(store)?.root, "ab".repeat(32));
  confirmPin(store, "ab".repeat(32));
  keepPin(store, { root: "ab".repeat(32), version: 5 });
  assert.deepEqual(readPin(store), { root: "ab".repeat(32), version: 5, confirmed: true });
  confirmPin(store, "cd".repeat(32));
  assert.deepEqual(readPin(store), { root: "cd".repeat(32), version: 0, confirmed: true });
  kept.set("whistle-desk-directory", "nonsense");
  assert.equal(readPin(store), undefined);
});

test("a public root key goes to text and back, and a slip in any part is refused", () => {
  const { publicKey } = signingKey(new Uint8Array(32).fill(7));
  const line = encodePublic({ name: "ethics", publicKey });
  assert.deepEqual(decodePublic(` ${line}\n`), { name: "ethics", publicKey });
  for (const wrong of [line.replace("ethics", "ethic"), line.slice(0, -2), `${line}A`, line.replace("+", ""), ""]) {
    assert.throws(() => decodePublic(wrong), { code: "root-key-malformed" }, wrong);
  }
  assert.equal(keyNameOf("  Works Council + Co "), "works-council-co");
});

test("sizes are words in units of a thousand", () => {
  assert.equal(sizeWords("en", 25_300_000), "25.3 MB");
  assert.equal(sizeWords("en", 999), "999 bytes");
});
