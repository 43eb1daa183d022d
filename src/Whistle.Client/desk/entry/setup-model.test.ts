import assert from "node:assert/strict";
import { test } from "node:test";
import { readLink } from "./link.ts";
import { ceremonyRoot } from "../../lib/desk/ceremony.ts";
import { deskApi } from "../../lib/deskApi.ts";
import { readPin, type PinStore } from "../model/pins.ts";
import { problemsOf, setUpPortal, toRequest, type Setup } from "./setup-model.ts";

const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const whole: Setup = {
  organisation: "Example Works ",
  threshold: 2,
  holders: [
    { name: "ethics", publicKey: key(1) },
    { name: "council", publicKey: key(2) },
  ],
  admin: "A. Admin",
};

test("a whole ceremony has no problem, and is sent trimmed and without an empty recovery", () => {
  assert.deepEqual(problemsOf(whole), []);
  const request = toRequest("token", whole);
  assert.equal(request.organisation, "Example Works");
  assert.equal(Object.hasOwn(request, "recovery"), false);
  assert.equal(request.keys.length, 2);
});

test("everything that is missing is named", () => {
  assert.deepEqual(problemsOf({ organisation: " ", threshold: 3, holders: [{ name: "" }, { name: "" }], admin: "" }), ["organisation", "names", "keys", "threshold", "admin"]);
});

test("two holders can't share a key or a name", () => {
  assert.deepEqual(problemsOf({ ...whole, holders: [{ name: "a", publicKey: key(1) }, { name: "b", publicKey: key(1) }] }), ["same-key"]);
  assert.deepEqual(problemsOf({ ...whole, holders: [{ name: "a", publicKey: key(1) }, { name: "a", publicKey: key(2) }] }), ["names"]);
});

test("recovery needs a recipient, named holders, and no more of them than there are", () => {
  const holder = { name: "Dr. Kern", place: "outside" as const };
  const recovery = { recipient: "age1pq1abc", threshold: 2, holders: [holder, { ...holder, name: "Prof. Lang" }] };
  assert.deepEqual(problemsOf({ ...whole, recovery }), []);
  assert.deepEqual(problemsOf({ ...whole, recovery: { ...recovery, threshold: 3 } }), ["recovery"]);
  assert.deepEqual(problemsOf({ ...whole, recovery: { ...recovery, threshold: 1 } }), ["recovery"], "nobody opens a report alone");
  assert.deepEqual(problemsOf({ ...whole, recovery: { ...recovery, holders: [holder] } }), ["recovery"]);
  assert.deepEqual(problemsOf({ ...whole, recovery: { ...recovery, recipient: "age1abc" } }), ["recovery"]);
});

test("the fingerprint to write down is that of the keys that were sent, and a server that names another is refused", async () => {
  const request = toRequest("token", whole);
  const root = ceremonyRoot(request);
  const answers = (named: string) =>
    deskApi({ fetch: () => Promise.resolve(Response.json({ root: named, invitation: { token: "t", link: "http://localhost:5080/desk#invite=t" } }, { status: 201 })) });
  const kept = new Map<string, string>();
  const pins: PinStore = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => void kept.set(k, v) };
  await assert.rejects(setUpPortal(answers("ab".repeat(32)), request, pins), { code: "directory-root-mismatch" });
  assert.equal(readPin(pins), undefined);
  assert.equal((await setUpPortal(answers(root), request, pins)).root, root);
  assert.deepEqual(readPin(pins), { root, version: 0, confirmed: true });
});

test("a link carries its token after the hash, and anything else is no link", () => {
  assert.deepEqual(readLink("#invite=abcdefgh12345678"), { kind: "invite", token: "abcdefgh12345678" });
  assert.deepEqual(readLink("#enrol=abcdefgh12345678"), { kind: "invite", token: "abcdefgh12345678" });
  assert.deepEqual(readLink("#setup=abcdefgh12345678"), { kind: "setup", token: "abcdefgh12345678" });
  assert.equal(readLink("#invite="), undefined);
  assert.equal(readLink("#other=abcdefgh12345678"), undefined);
  assert.equal(readLink(""), undefined);
});
