import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../lib/bytes.ts";
import type { AdminDirectory } from "../../lib/deskApi.ts";
import { codeOf } from "../../lib/errors.ts";
import { deterministicRandom } from "../../lib/random.testing.ts";
import { directoryNote, directoryText, makeWorld } from "../../lib/world.testing.ts";
import { checkDirectory } from "./checked.ts";

const { content, roots, directory } = makeWorld(deterministicRandom(new Uint8Array(32).fill(4)));
const root = hex(directory.root);
const pin = { root, version: content.version, confirmed: true };
const next = { ...content, version: content.version + 1, previous: directory.hash, organisation: "Renamed Works" };
const answer = (current: string | undefined, text: string | undefined): AdminDirectory => ({
  ...(current === undefined ? {} : { current }),
  ...(text === undefined ? {} : { proposed: { text, signatures: [], missing: 2, changes: [] } }),
  root: "f".repeat(64), // whatever the server says of the root is not looked at
});

test("the version in force and the next one are both read from what was verified", () => {
  const checked = checkDirectory(answer(directory.note, directoryText(next)), pin);
  assert.equal(checked.failure, undefined);
  assert.deepEqual([checked.current?.hash, checked.proposal?.text, checked.root], [directory.hash, directoryText(next), root]);
  assert.equal(checked.proposal?.before?.hash, directory.hash);
});

test("a version in force that root holders did not sign is not shown, and nothing is signed against it", () => {
  // The attack: a forged current version already holds the change, so the sentences would say that nothing changes.
  const forged = directoryNote(content, [], directoryText({ ...content, organisation: "Renamed Works" }));
  for (const [note, code] of [
    [forged, "directory-malformed"],
    [directoryNote(content, roots.slice(0, 1)), "directory-under-signed"],
  ] as const) {
    const checked = checkDirectory(answer(note, directoryText(next)), pin);
    assert.deepEqual([checked.current, checked.proposal, checked.root, codeOf(checked.failure)], [undefined, undefined, undefined, code]);
  }
  assert.equal(codeOf(checkDirectory(answer(directory.note, undefined), { ...pin, root: "0".repeat(64) }).failure), "directory-root-mismatch");
  assert.equal(codeOf(checkDirectory(answer(undefined, undefined), pin).failure), "directory-rolled-back");
});

test("a proposal that does not follow is refused beside the version in force", () => {
  const checked = checkDirectory(answer(directory.note, directoryText({ ...next, version: content.version + 2 })), pin);
  assert.deepEqual([checked.current?.hash, checked.proposal, codeOf(checked.failure)], [directory.hash, undefined, "directory-not-next"]);
});

test("before a root is pinned the fingerprint to compare is computed here", () => {
  const first = directoryText({ ...content, version: 1, previous: "0".repeat(64) });
  assert.equal(checkDirectory(answer(undefined, first), undefined).root, root);
  assert.equal(checkDirectory(answer(directory.note, undefined), undefined).root, root);
});
