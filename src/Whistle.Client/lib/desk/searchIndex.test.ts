import assert from "node:assert/strict";
import { test } from "node:test";
import { deterministicRandom } from "../random.testing.ts";
import { fromUtf8, hex } from "../bytes.ts";
import { makeWorld } from "../world.testing.ts";
import { openIndex, sealIndex, type ReadCase } from "./searchIndex.ts";

const random = deterministicRandom(new Uint8Array(32).fill(41));
const world = makeWorld(random);
const { root } = world.directory;
const [lead, reviewer] = world.people;
assert.ok(lead !== undefined && reviewer !== undefined);
const read = (text: string, id = hex(random(16))): ReadCase => ({ case: id, changes: 3, texts: [{ where: "letter", text }], duties: [{ kind: "task", by: 20_000 }] });
const seal = (cases: readonly ReadCase[], by = lead, owner = lead.person.id) => sealIndex(cases, owner, lead.identity, root, by.signing, random);
const open = (file: Uint8Array, by = lead) => openIndex(file, by.person.id, by.identity, root, by.signing.publicKey);

test("only whoever sealed it opens it, its size tells little, and its content stands nowhere in it", () => {
  const cases = [read("the okapi gauge"), read("a second letter")];
  const sealed = seal(cases);
  assert.deepEqual(open(sealed), cases);
  assert.equal(seal([]).length, seal([read("x".repeat(50_000))]).length);
  assert.doesNotMatch(fromUtf8(sealed.map((byte) => byte & 127)), /okapi|gauge/);
  assert.throws(() => open(sealed, reviewer), { code: "index-invalid" });
});

test("what somebody else put in its place is none: sealed to its owner, and not signed by them", () => {
  assert.throws(() => open(seal([read("planted")], reviewer)), { code: "index-invalid" });
  assert.throws(() => open(seal([read("planted")], lead, reviewer.person.id)), { code: "index-invalid" });
  const altered = seal([read("a letter")]);
  altered[altered.length - 20]! ^= 1;
  assert.throws(() => open(altered), { code: "index-invalid" });
  assert.throws(() => open(new Uint8Array(0)), { code: "index-invalid" });
});

test("of more than fits, what was read last is kept", () => {
  const cases = Array.from({ length: 24 }, (_, n) => read(`${n} ${"x".repeat(1_000_000)}`));
  const kept = open(seal(cases));
  assert.ok(kept.length >= 10 && kept.length < 17, `${kept.length}`);
  assert.deepEqual(kept.at(-1), cases.at(-1));
  assert.deepEqual(kept[0], cases[24 - kept.length]);
});
