import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel, DirectoryContent, Person } from "../../lib/directory.ts";
import { english, german, today } from "./case.testing.ts";
import { changesBetween, changeWords } from "./changes.ts";

const moreau: Person = { id: "a".repeat(32), name: "R. Moreau", role: "reviewer", place: "inside", recipient: "age1pq1a", signing: new Uint8Array(32).fill(1), from: today, until: today + 60 };
const kern: Person = { ...moreau, id: "b".repeat(32), name: "Dr. Kern", role: "lead", place: "outside", recipient: "age1pq1b" };
const council: Channel = {
  id: "c".repeat(32), name: { en: "Works council", de: "Betriebsrat" }, entity: "Example GmbH", readers: [moreau.id], approvers: [], custodians: [],
  recovery: "none", policy: "eu", questionnaire: "1".repeat(64), texts: "2".repeat(64), taxonomy: "3".repeat(64),
};
const content: DirectoryContent = {
  v: 1, version: 1, previous: "0".repeat(64), issued: today, expires: today + 60, organisation: "Example", origins: ["https://example.org"],
  root: { threshold: 1, keys: [{ name: "ethics", key: new Uint8Array(32).fill(2) }] }, log: { name: "log", key: new Uint8Array(32).fill(3) },
  people: [moreau], channels: [council],
};
const words = (before: DirectoryContent | undefined, after: DirectoryContent): string[] => changesBetween(before, after).map((change) => changeWords(english, change, today));

test("nothing but the dates changes nothing", () => {
  assert.deepEqual(changesBetween(content, { ...content, version: 2, issued: today + 1, expires: today + 61 }), []);
});

test("someone new is named with role, place and first day, and so is what they can open", () => {
  assert.deepEqual(words(content, { ...content, people: [moreau, kern], channels: [{ ...council, readers: [moreau.id, kern.id] }] }), [
    "Adds Dr. Kern as lead, outside the organisation. Reports can be sealed to them from 4 October.",
    "Dr. Kern will be able to open reports to Works council.",
  ]);
});

test("other keys under a known name are told, whatever else stayed", () => {
  assert.match(words(content, { ...content, people: [{ ...moreau, recipient: "age1pq1c" }] }).join(), /^Gives R\. Moreau new keys/);
  assert.match(words(content, { ...content, people: [{ ...moreau, signing: new Uint8Array(32).fill(9) }] }).join(), /^Gives R\. Moreau new keys/);
});

test("every member of a channel that changes is told", () => {
  const changed: Channel = { ...council, entity: "Other GmbH", policy: "plain", recovery: "offered", questionnaire: "9".repeat(64), texts: "8".repeat(64), taxonomy: "7".repeat(64), name: { en: "Council" }, readers: [] };
  assert.equal(words(content, { ...content, channels: [changed] }).length, 8);
  assert.match(words(content, { ...content, channels: [] }).join(), /Removes the channel Works council/);
});

test("new root keys, addresses, log keys and recovery are told", () => {
  const after: DirectoryContent = {
    ...content,
    origins: ["https://elsewhere.example"],
    root: { ...content.root, threshold: 2 },
    log: { ...content.log, key: new Uint8Array(32).fill(8), policy: "quorum none\n", mirror: "https://mirror.example" },
    recovery: { recipient: "age1pq1r", threshold: 1, holders: [{ name: "Dr. Kern", place: "outside" }] },
  };
  assert.deepEqual(changesBetween(content, after).map((change) => change.kind), ["origins", "log-key", "log-policy", "log-mirror", "root", "recovery-key"]);
  assert.deepEqual(changesBetween(after, { ...after, recovery: { recipient: "age1pq1r", threshold: 1, holders: [] } }).map((change) => change.kind), ["recovery-holders"]);
  assert.deepEqual(changesBetween(after, content).map((change) => change.kind), ["origins", "log-key", "log-policy-removed", "log-mirror-removed", "root", "recovery-removed"]);
});

test("the first directory names everything in it, in each language", () => {
  assert.deepEqual(changesBetween(undefined, content).map((change) => change.kind), ["organisation", "origins", "person-added", "channel-added", "channel-reader-added"]);
  for (const change of changesBetween(undefined, content)) {
    assert.doesNotMatch(changeWords(german, change, today), /\{\w+\}/);
  }
});
