import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, fromBase64url, fromHex, hex, utf8 } from "../bytes.ts";
import { codeOf } from "../errors.ts";
import { parseNote } from "../signedNote.ts";
import { vectorJson } from "../vectors.testing.ts";
import { cosignedAt, readCheckpoint, verifyCheckpoint } from "./checkpoint.ts";
import { cosigners, isWitnessed, noWitness, parsePolicy, parseVerifierKey, vouchers } from "./policy.ts";
import { isFork } from "./growth.ts";
import { parseProof, proofText, verifyProof } from "./proof.ts";
import { hashRanges, indexPath } from "./tiles.ts";
import { consistencyPath, emptyRoot, includes, inclusionPath, isConsistent, leafHash } from "./tree.ts";

// tests/vectors/log.json, which C# writes and holds against Go's own implementation.
const v = vectorJson("log.json") as {
  readonly trees: readonly { size: number; root: string; inclusion: { index: number; proof: string[] }[]; consistency: { first: number; proof: string[] }[] }[];
  readonly tiles: readonly { path: string; hashes: string }[];
  readonly paths: readonly { index: number; width: number; path: string }[];
  readonly log: string;
  readonly witnesses: readonly string[];
  readonly checkpoint: string;
  readonly cosigned: readonly (number | null)[];
  readonly now: number;
  readonly policy: string;
  readonly strictPolicy: string;
  readonly refusedPolicies: readonly string[];
  readonly refusedCheckpoints: readonly string[];
  readonly proof: string;
};
const entry = (n: number): Uint8Array => utf8(String(n));
const log = parseVerifierKey(v.log, 1);
const root = (size: number): Uint8Array => fromHex(v.trees.find((tree) => tree.size === size)?.root ?? "");
const fetchTile = async (path: string): Promise<Uint8Array> => {
  const tile = v.tiles.find((t) => t.path === path);
  assert.ok(tile, path);
  return fromBase64url(tile.hashes);
};

test("every proof of the vectors holds, and holds for nothing else", () => {
  assert.ok(v.trees.length >= 10);
  for (const { size, inclusion, consistency } of v.trees) {
    for (const { index, proof } of inclusion) {
      const hashes = proof.map((hash) => fromHex(hash));
      assert.ok(includes(size, root(size), index, leafHash(entry(index)), hashes));
      assert.ok(!includes(size, root(size), index, leafHash(entry(index + 1)), hashes));
      assert.ok(!includes(size, root(size), index, leafHash(entry(index)), [...hashes, emptyRoot]));
      assert.ok(!includes(index, root(size), index, leafHash(entry(index)), hashes));
    }
    for (const { first, proof } of consistency) {
      const hashes = proof.map((hash) => fromHex(hash));
      const before = v.trees.find((tree) => tree.size === first);
      if (before !== undefined) {
        assert.ok(isConsistent(first, fromHex(before.root), size, root(size), hashes), `${first} ${size}`);
      }
      assert.ok(!isConsistent(first, leafHash(entry(9)), size, root(size), hashes));
      assert.ok(!isConsistent(first, root(size), size, leafHash(entry(9)), hashes));
    }
  }
  assert.ok(isConsistent(0, emptyRoot, 600, root(600), []));
  assert.ok(!isConsistent(0, root(1), 600, root(600), []));
  assert.ok(!isConsistent(601, root(600), 600, root(600), []));
});

test("roots and proofs come out of the tiles", async () => {
  const { inclusion, consistency } = v.trees.find((tree) => tree.size === 600) ?? { inclusion: [], consistency: [] };
  assert.deepEqual((await hashRanges([{ start: 0, end: 600 }], 600, fetchTile)).map(hex), [hex(root(600))]);
  for (const { index, proof } of inclusion) {
    assert.deepEqual((await hashRanges(inclusionPath(index, 600), 600, fetchTile)).map(hex), proof);
  }
  for (const { first, proof } of consistency) {
    assert.deepEqual((await hashRanges(consistencyPath(first, 600), 600, fetchTile)).map(hex), proof);
  }
  await assert.rejects(hashRanges([{ start: 0, end: 600 }], 600, async () => new Uint8Array(31)), { code: "log-malformed" });
  for (const { index, width, path } of v.paths) {
    assert.equal(indexPath(index, width), path);
  }
});

test("a checkpoint is its own log's, and one text", () => {
  const checkpoint = verifyCheckpoint(v.checkpoint, log);
  assert.deepEqual([checkpoint.origin, checkpoint.size, hex(checkpoint.root)], ["whistle.example/log", 600, hex(root(600))]);
  for (const text of v.refusedCheckpoints) {
    assert.equal(readCheckpoint(text), undefined, JSON.stringify(text));
  }
  const code = (text: string, key = log): string => {
    try {
      verifyCheckpoint(text, key);
      return "none";
    } catch (error) {
      return codeOf(error);
    }
  };
  assert.equal(code(v.checkpoint.replace("600", "601")), "checkpoint-unsigned");
  assert.equal(code(v.checkpoint, { ...log, name: "other.example/log" }), "checkpoint-origin");
  assert.equal(code(v.checkpoint, { ...log, key: new Uint8Array(32).fill(9) }), "checkpoint-unsigned");
  assert.equal(code("nothing"), "checkpoint-malformed");
  assert.ok(!isFork(checkpoint, checkpoint));
  assert.ok(isFork(checkpoint, { ...checkpoint, root: emptyRoot }));
});

test("cosignatures are found, and a quorum is counted", () => {
  const note = parseNote(v.checkpoint);
  assert.deepEqual(v.witnesses.map((text) => cosignedAt(note, parseVerifierKey(text, 4)) ?? null), v.cosigned);
  const policy = parsePolicy(v.policy);
  assert.deepEqual([...cosigners(policy, note, v.now).keys()], ["w0", "w2"]);
  assert.ok(isWitnessed(policy, note, v.now));
  assert.ok(!isWitnessed(policy, note, v.now - 200_000)); // a witness that is days ahead
  assert.ok(!isWitnessed(parsePolicy(v.strictPolicy), note, v.now));
  assert.ok(isWitnessed(noWitness, note, v.now));
  for (const text of v.refusedPolicies) {
    assert.throws(() => parsePolicy(text), { code: "policy-malformed" }, JSON.stringify(text));
  }
});

test("a page says whose word the log is, and an old cosignature is none", () => {
  const note = parseNote(v.checkpoint);
  const today = Math.floor(v.now / 86_400);
  const days = v.cosigned.filter((time) => time !== null).map((time) => Math.floor(time / 86_400));
  assert.deepEqual(vouchers(v.policy, note, today), { names: ["w0", "w2"], day: Math.min(...days), met: true });
  assert.equal(vouchers(v.strictPolicy, note, today)?.met, false);
  assert.equal(vouchers(v.policy, note, Math.min(...days) + 8)?.met, true);
  assert.deepEqual(vouchers(v.policy, note, Math.max(...days) + 9), { names: [], day: undefined, met: false });
  assert.equal(vouchers(v.policy, note, Math.min(...days) - 3)?.met, false); // ahead of time
  assert.equal(vouchers(undefined, note, today), undefined);
  assert.equal(vouchers("quorum none\n", note, today), undefined);
});

test("a proof is one text", () => {
  const proof = parseProof(v.proof);
  assert.equal(proofText(proof), v.proof);
  assert.equal(verifyProof(proof, entry(417), log).size, 600);
  assert.throws(() => verifyProof(proof, entry(418), log), { code: "proof-wrong" });
  assert.throws(() => verifyProof({ ...proof, index: 600 }, entry(417), log), { code: "proof-wrong" });
  const withExtra = v.proof.replace("\nindex", "\nextra AAAA\nindex");
  assert.equal(proofText(parseProof(withExtra)), withExtra);
  assert.deepEqual(parseProof(withExtra).extra, new Uint8Array(3));
  for (const broken of [v.proof.replace("index 417", "index 0417"), v.proof.replace("@v1", "@v2"), v.proof.replace("\n\n", "\n"), "", base64url(utf8(v.proof))]) {
    assert.throws(() => verifyProof(parseProof(broken), entry(417), log));
  }
});
