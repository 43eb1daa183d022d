import assert from "node:assert/strict";
import { test } from "node:test";
import { givenNames, namesIn } from "./names.ts";
import type { CaseView } from "./views.ts";

const ask = { id: "1", state: "answered" as const, from: "", day: 1, asked: [], reason: "r" };
const names = (name: string, contact = "") => givenNames({ identities: [{ ...ask, answer: { custodian: "c", outcome: "released", name, contact } }] } as unknown as CaseView);

test("a name that was given is found in a text as a whole, by a part of it, and by how to reach its bearer", () => {
  const given = names("Zoë van der Ångström", "zoe@example.org, 0151 0000000");
  assert.deepEqual(namesIn("As ZOE VAN DER ANGSTROM said", given), ["Zoë van der Ångström"]);
  assert.deepEqual(namesIn("Ms Ångström was there", given), ["Ångström"]);
  assert.deepEqual(namesIn("Call 0151 0000000.", given), ["0000000"]);
  assert.deepEqual(namesIn("Write to zoe@example.org", given), ["zoe@example.org"]);
  assert.deepEqual(namesIn("قالت ليلى ذلك", names("ليلى حداد")), ["ليلى"]);
});

test("particles, initials and parts of other words are no name", () => {
  const given = names("J. van der Linden");
  assert.deepEqual(namesIn("The van stood beside der Lindenhof, J. said", given), []);
  assert.deepEqual(namesIn("Linden left", given), ["Linden"]);
  assert.deepEqual(namesIn("anything", givenNames({ identities: [{ ...ask, state: "waiting" }] } as unknown as CaseView)), []);
});
