import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../bytes.ts";
import { canonical } from "../jcs.ts";
import { deterministicRandom } from "../random.testing.ts";
import { signingKey } from "../sign.ts";
import { auditLog, type SeenHead } from "./audit.ts";
import { MemoryLog } from "./log.testing.ts";

const random = deterministicRandom(new Uint8Array(32).fill(8));
const signing = signingKey(random(32));
const published = canonical({ v: 1, kind: "directory", id: "7", hash: "ab".repeat(32) });

function logOf(size: number, name = "whistle.example/log"): MemoryLog {
  const log = new MemoryLog(name, signing);
  log.entries.push(...Array.from({ length: size }, (_, i) => (i === 5 ? published : random(32))));
  return log;
}
const served = (log: MemoryLog, size?: number) => async (path: string) => (path === "checkpoint" ? utf8(log.checkpoint(size)) : log.fetch(path));

const seenIn = (log: MemoryLog, checkpoint: string): SeenHead => ({ key: log.key.key, checkpoint });

test("a log goes on under a new key, and what was kept is held against the key that was kept with it", async () => {
  const log = logOf(300);
  const seen = seenIn(log, log.checkpoint());
  const next = new MemoryLog(log.key.name, signingKey(random(32)));
  next.entries.push(...log.entries, ...Array.from({ length: 9 }, () => random(32)));
  const audit = await auditLog(next.key, seen, served(next));
  assert.deepEqual([audit.head.size, audit.before?.size], [309, 300]);
  await assert.rejects(auditLog(next.key, { ...seen, key: next.key.key }, served(next)), { code: "checkpoint-unsigned" });
});

test("a log is read whole, and goes on from what was seen before", async () => {
  const log = logOf(300);
  const first = await auditLog(log.key, undefined, served(log));
  assert.deepEqual([first.head.size, first.before, first.entries], [300, undefined, [{ index: 5, kind: "directory", id: "7", hash: "ab".repeat(32) }]]);
  log.entries.push(...Array.from({ length: 400 }, () => random(32)));
  const later = await auditLog(log.key, seenIn(log, first.head.text), served(log));
  assert.deepEqual([later.head.size, later.before?.size], [700, 300]);
  assert.equal((await auditLog(log.key, seenIn(log, later.head.text), served(log))).head.size, 700);
});

test("a log that shrank, that is another one, or that another key signed is refused", async () => {
  const log = logOf(300);
  const seen = seenIn(log, log.checkpoint());
  await assert.rejects(auditLog(log.key, seen, served(log, 200)), { code: "log-shrunk" });
  const other = logOf(300);
  await assert.rejects(auditLog(log.key, seen, served(other)), { code: "log-forked" });
  other.entries.push(...Array.from({ length: 9 }, () => random(32)));
  await assert.rejects(auditLog(log.key, seen, served(other)), { code: "log-forked" });
  await assert.rejects(auditLog({ ...log.key, key: random(32) }, undefined, served(log)), { code: "checkpoint-unsigned" });
  await assert.rejects(auditLog({ ...log.key, name: "other" }, undefined, served(log)), { code: "checkpoint-origin" });
});

test("an entry that is neither blinded nor understood is counted, and one that is too long refused", async () => {
  for (const entry of [new Uint8Array(31), utf8("{}"), utf8(`{"v":1}`), canonical({ v: 1, kind: "case", id: "7", hash: "ab".repeat(32) })]) {
    const log = logOf(9);
    const known = await auditLog(log.key, undefined, served(log));
    log.entries.push(entry);
    const { entries, unknown } = await auditLog(log.key, undefined, served(log));
    assert.deepEqual([known.unknown, unknown, entries], [0, 1, known.entries]);
  }
  const log = logOf(9);
  log.entries.push(random(1025));
  await assert.rejects(auditLog(log.key, undefined, served(log)), { code: "log-malformed" });
});
