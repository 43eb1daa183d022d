import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel, DirectoryContent, Person } from "../lib/directory.ts";
import { consequences, effectiveUnticked, holdersLeftOut, laterReaders, leftOutIds, type Choices } from "./readers.ts";

function person(id: string, role: Person["role"], name: string): Person {
  return { id, name, role, place: "inside", recipient: "", signing: new Uint8Array(32), from: 0, until: 0 };
}

const choices: Choices = {
  people: [person("a", "lead", "R. Moreau"), person("b", "reviewer", "J. Weiss"), person("c", "reviewer", "T. Okafor")],
  recovery: { recipient: "", threshold: 2, holders: [{ name: "j.  WEISS", place: "inside" }, { name: "Outside Counsel", place: "outside" }] },
  later: [person("e", "reviewer", "N. Petit")],
  custodians: [person("d", "custodian", "L. Haddad")],
};

test("leaving out a holder of the recovery key leaves the recovery key out", () => {
  assert.deepEqual(holdersLeftOut(choices, ["b"]), ["j.  WEISS"]);
  assert.deepEqual(effectiveUnticked(choices, ["b"]), ["b", "recovery"]);
  assert.deepEqual(effectiveUnticked(choices, ["c"]), ["c"]);
  assert.deepEqual(effectiveUnticked(choices, ["b", "recovery"]), ["b", "recovery"]);
});

test("what follows from leaving people out is said", () => {
  assert.deepEqual(consequences(choices, []), []);
  assert.deepEqual(consequences(choices, ["a"]), ["no-lead"]);
  assert.deepEqual(consequences(choices, ["b", "c"]), ["one"]);
  assert.deepEqual(consequences(choices, ["a", "c"]), ["one", "no-lead"]);
});

test("the recovery key alone is possible, nobody at all is not", () => {
  assert.deepEqual(consequences({ ...choices, recovery: { ...(choices.recovery ?? { recipient: "", threshold: 1 }), holders: [] } }, ["a", "b", "c"]), ["only-recovery"]);
  assert.deepEqual(consequences(choices, ["a", "b", "c"]), ["nobody"], "a holder was left out, and the key with them");
  assert.deepEqual(consequences({ ...choices, recovery: undefined }, ["a", "b", "c"]), ["nobody"]);
});

test("everyone who was unticked is recorded as left out: custodians and later readers too, and nobody of another channel", () => {
  assert.deepEqual(leftOutIds(choices, ["c", "d", "e", "somebody-else"]), ["c", "d", "e"]);
  assert.deepEqual(leftOutIds(choices, ["b"]), ["b", "recovery"]);
  assert.deepEqual(leftOutIds({ ...choices, recovery: undefined }, ["recovery"]), []);
});

test("a reader whose key is not valid on the day can be left out, and is nobody who could open it now", () => {
  const [now, soon, gone] = [{ ...person("a", "lead", "Now"), until: 200 }, { ...person("b", "reviewer", "Soon"), from: 101, until: 200 }, { ...person("c", "reviewer", "Gone"), until: 99 }];
  const content = { people: [now, soon, gone] } as unknown as DirectoryContent;
  const channel = { readers: ["a", "b", "c"] } as unknown as Channel;
  assert.deepEqual(laterReaders(content, channel, 100), [soon, gone]);
  assert.deepEqual(laterReaders(content, channel, 101), [gone]);
  assert.deepEqual(consequences(choices, ["a", "b", "c"]), ["nobody"], "a later reader does not count as one who is left");
});
