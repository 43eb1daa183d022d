import assert from "node:assert/strict";
import { test } from "node:test";
import { combine } from "shamir-secret-sharing";
import { fromHex, hex } from "./bytes.ts";
import { vectorJson } from "./vectors.testing.ts";

// What `whistle keys split` makes is what another, audited implementation takes (SPEC 11.1).

const vectors = vectorJson("shares.json") as { readonly threshold: number; readonly seed: string; readonly shares: readonly string[]; readonly lines: readonly string[] };

test("the shares of the command line give the seed in another implementation", async () => {
  assert.equal(vectors.shares.length, 3);
  for (const left of vectors.shares) {
    const two = vectors.shares.filter((share) => share !== left).map((share) => fromHex(share));
    assert.equal(hex(await combine(two)), vectors.seed);
  }
  for (const [i, line] of vectors.lines.entries()) {
    const [, , threshold, number, y] = line.split(":");
    assert.deepEqual([threshold, number], ["2", String(i + 1)]);
    assert.equal(Buffer.from(y ?? "", "base64url").toString("hex") + `0${number}`, vectors.shares[i]);
  }
});
