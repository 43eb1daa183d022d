import assert from "node:assert/strict";
import { test } from "node:test";
import { WhistleError } from "../../lib/errors.ts";
import { runMany } from "./bulk.ts";

test("one that fails keeps none of the others from being done, and each says what became of it", async () => {
  const stale = new WhistleError("stale");
  const done: string[] = [];
  const seen: number[] = [];
  const results = await runMany(
    ["a", "b", "c"],
    async (id) => {
      if (id === "b") {
        throw stale;
      }
      done.push(id);
    },
    { signal: new AbortController().signal, progress: (n) => seen.push(n) },
  );
  assert.deepEqual(done, ["a", "c"]);
  assert.deepEqual(results, [{ id: "a" }, { id: "b", failure: stale }, { id: "c" }]);
  assert.deepEqual(seen, [0, 1, 2]);
});

test("stopped, what was not begun is not done and says so", async () => {
  const control = new AbortController();
  const done: string[] = [];
  const results = await runMany(["a", "b", "c"], async (id) => (done.push(id), control.abort()), { signal: control.signal, progress: () => undefined });
  assert.deepEqual(done, ["a"]);
  assert.deepEqual(results, [{ id: "a" }, { id: "b", stopped: true }, { id: "c", stopped: true }]);
});
