import assert from "node:assert/strict";
import { test } from "node:test";
import { deterministicRandom } from "../random.testing.ts";
import { fromUtf8, hex } from "../bytes.ts";
import { makeWorld } from "../world.testing.ts";
import { indexParts, openIndex, partOf, sealIndex, type ReadCase } from "./searchIndex.ts";

const random = deterministicRandom(new Uint8Array(32).fill(41));
const world = makeWorld(random);
const { root } = world.directory;
const [lead, reviewer] = world.people;
assert.ok(lead !== undefined && reviewer !== undefined);
/** Of part 0. */
const read = (text: string, duties: ReadCase["duties"] = [{ kind: "task", day: 20_000 }]): ReadCase => ({
  case: `0${hex(random(16)).slice(1)}`, changes: 3, deletions: 1, texts: [{ where: "letter", text }], duties,
});
const seal = (cases: readonly ReadCase[], by = lead, owner = lead.person.id) => sealIndex(0, cases, owner, lead.identity, root, by.signing, random);
const open = (file: Uint8Array, by = lead, part = 0) => openIndex(part, file, by.person.id, by.identity, root, by.signing.publicKey);

test("only whoever sealed it opens it, its size tells little, and its content stands nowhere in it", () => {
  const cases = [read("the okapi gauge"), read("a second letter")];
  const sealed = seal(cases);
  assert.deepEqual(open(sealed), cases);
  assert.equal(seal([]).length, seal([read("x".repeat(50_000))]).length);
  assert.doesNotMatch(fromUtf8(sealed.map((byte) => byte & 127)), /okapi|gauge/);
  assert.throws(() => open(sealed, reviewer), { code: "index-invalid" });
  assert.deepEqual(cases.map((entry) => partOf(entry.case)), [0, 0]);
  assert.equal(partOf("f".repeat(32)), indexParts - 1);
});

test("what somebody else put in its place is none: sealed to its owner and not signed by them, another part, or altered", () => {
  assert.throws(() => open(seal([read("planted")], reviewer)), { code: "index-invalid" });
  assert.throws(() => open(seal([read("planted")], lead, reviewer.person.id)), { code: "index-invalid" });
  assert.throws(() => open(seal([read("of part 0")]), lead, 1), { code: "index-invalid" });
  const altered = seal([read("a letter")]);
  altered[altered.length - 20]! ^= 1;
  assert.throws(() => open(altered), { code: "index-invalid" });
  assert.throws(() => open(new Uint8Array(0)), { code: "index-invalid" });
});

test("of more than fits, the texts that were read first go, and no day of a task with them", () => {
  const cases = Array.from({ length: 24 }, (_, n) => read(`${n} ${"\u00e4".repeat(50_000)}`, n === 1 ? [] : undefined));
  const kept = open(seal(cases));
  assert.deepEqual(kept.map((entry) => entry.case), cases.filter((_, n) => n !== 1).map((entry) => entry.case));
  assert.deepEqual(kept[0], { ...cases[0], changes: 0, texts: [] });
  assert.deepEqual(kept.slice(-10), cases.slice(-10), "a mebibyte holds ten of 100 kB");
  assert.equal(kept.filter(({ texts }) => texts.length > 0).length, 10);
});
