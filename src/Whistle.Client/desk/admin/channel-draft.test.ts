import assert from "node:assert/strict";
import { test } from "node:test";
import { fromWire, problemsOf, toWire, type ChannelDraft } from "./channel-draft.ts";

const whole: ChannelDraft = {
  id: "0".repeat(32),
  name: { en: "Works council ", de: "" },
  entity: "Example Works GmbH",
  readers: ["a".repeat(32)],
  approvers: [],
  custodians: [],
  recovery: "none",
  policy: "eu",
  questionnaire: "1".repeat(64),
  texts: "2".repeat(64),
  taxonomy: "3".repeat(64),
};

test("a draft goes to the wire without empty names and comes back the same", () => {
  assert.deepEqual(fromWire(toWire(whole)), { ...whole, name: { en: "Works council" } });
});

test("recovery takes one of the sixteen places of readers", () => {
  const readers = Array.from({ length: 16 }, (_, i) => String(i));
  assert.deepEqual(problemsOf({ ...whole, readers }), []);
  assert.deepEqual(problemsOf({ ...whole, readers, recovery: "offered" }), ["too-many-readers"]);
});

test("everything that is missing is named", () => {
  assert.deepEqual(problemsOf({ ...whole, name: { en: " " }, entity: "", readers: [], texts: "" }), ["name", "entity", "readers", "documents"]);
});
