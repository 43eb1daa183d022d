import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, base64url, concat, fromHex, hex, utf8 } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import type { PromiseContent } from "../promise.ts";
import { deterministicRandom } from "../random.testing.ts";
import { sign, signingKey } from "../sign.ts";
import { cosignerHash, verifyCheckpoint } from "./checkpoint.ts";
import { readEntries } from "./entries.ts";
import { lookIntoLog, type LogFinding, type LogQuestion } from "./finding.ts";
import { actLeaf, doneLeaf } from "./leaves.ts";
import { MemoryLog } from "./log.testing.ts";

// A source that looks into the log, and a server that lies to it.

const random = deterministicRandom(new Uint8Array(32).fill(7));
const contentBlind = random(32);
const existence = hex(random(32));
const content = hex(random(32));
const day = 20_000;
const promise = { existence, content, day, includedBy: day + 2 } as PromiseContent;

/** The report at index 300 and 301, random entries around it, and whatever a test adds. */
function logWith(...leaves: readonly string[]): MemoryLog {
  const log = new MemoryLog("whistle.example/log", signingKey(random(32)));
  const noise = (n: number): void => void log.entries.push(...Array.from({ length: n }, () => random(32)));
  noise(300);
  log.entries.push(fromHex(existence), fromHex(content));
  noise(500);
  for (const leaf of leaves) {
    log.entries.push(fromHex(leaf));
    noise(3);
  }
  return log;
}

function ask(log: MemoryLog, change: Partial<LogQuestion> = {}): Promise<LogFinding> {
  return lookIntoLog({
    promise,
    promiseNote: "the promise",
    proofs: [{ leaf: existence, proof: log.proof(300) }, { leaf: content, proof: log.proof(301) }],
    log: log.key,
    keys: { contentBlind },
    acts: [],
    done: {},
    today: day + 5,
    fetch: log.fetch,
    ...change,
  });
}

const broken = (finding: LogFinding): string => (finding.kind === "broken" ? finding.code : finding.kind);

test("a report waits until the day of its promise, and afterwards the promise is broken", async () => {
  const log = logWith();
  assert.deepEqual(await ask(log, { proofs: [], today: day + 2 }), { kind: "waiting", by: day + 2 });
  assert.equal(log.asked.length, 0);
  const late = await ask(log, { proofs: [], today: day + 3 });
  assert.equal(broken(late), "log-promise-broken");
  assert.ok(late.kind === "broken" && late.evidence.includes("the promise"));
});

test("a report, what was done about it, and every message of the team are found", async () => {
  const log = logWith(actLeaf(contentBlind, 1), doneLeaf(contentBlind, "acknowledged", content, day + 1), actLeaf(contentBlind, 2));
  const acts = [{ seq: 1, day: day + 1 }, { seq: 2, day: day + 1 }];
  const finding = await ask(log, { acts, done: { acknowledged: day + 1, feedback: day + 1 } });
  assert.ok(finding.kind === "logged");
  assert.deepEqual([finding.done, finding.checkpoint.size, finding.proofs.length], [["acknowledged"], log.entries.length, 2]);
  // A key that is not the current directory's has no say, whoever names it.
  const other = { name: log.key.name, key: signingKey(random(32)).publicKey };
  assert.equal(broken(await ask(log, { acts, log: other })), "log-proof-wrong");
});

test("the witnesses count that the current directory names", async () => {
  const log = logWith();
  const witness = signingKey(random(32));
  const name = "union.example/witness";
  const key = { name, key: witness.publicKey };
  const policy = `witness union ${name}+${hex(cosignerHash(key))}+${base64(concat(Uint8Array.of(4), witness.publicKey))}\nquorum union\n`;
  const current = { ...log.key, policy };
  const alone = await ask(log);
  const unmet = await ask(log, { log: current });
  assert.ok(alone.kind === "logged" && unmet.kind === "logged");
  assert.deepEqual([alone.vouchers, unmet.vouchers], [undefined, { names: [], day: undefined, met: false }]);
  const time = (day + 4) * 86_400;
  log.cosign = (text) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(time));
    return `\u2014 ${name} ${base64(concat(cosignerHash(key), bytes, sign(witness, utf8(`cosignature/v1\ntime ${time}\n${text}`))))}`;
  };
  const met = await ask(log, { log: current });
  assert.ok(met.kind === "logged");
  assert.deepEqual(met.vouchers, { names: ["union"], day: day + 4, met: true });
});

test("a reply that the server holds back shows, and the evidence has the blind and no words", async () => {
  const log = logWith(actLeaf(contentBlind, 1), actLeaf(contentBlind, 2));
  const finding = await ask(log, { acts: [{ seq: 1, day }] });
  assert.equal(broken(finding), "log-withheld");
  assert.ok(finding.kind === "broken" && finding.evidence.includes(base64url(contentBlind)) && finding.evidence.includes("\"act\": 2"));
  assert.equal(broken(await ask(log, { acts: [] })), "log-withheld");
});

test("a message of the team that never reached the log is missed once its days are over", async () => {
  const log = logWith(actLeaf(contentBlind, 1));
  const acts = [{ seq: 1, day }, { seq: 2, day: day + 3 }];
  assert.equal((await ask(log, { acts, today: day + 5 })).kind, "logged");
  assert.equal(broken(await ask(log, { acts, today: day + 6 })), "log-act-missing");
});

test("a tile, an entry, a proof or a checkpoint that was changed does not hold", async () => {
  const log = logWith(actLeaf(contentBlind, 1));
  const acts = [{ seq: 1, day }];
  await ask(log, { acts });
  const paths = [...new Set(log.asked)];
  assert.ok(paths.length >= 4, paths.join(" "));
  for (const path of paths) {
    const lie = (await log.fetch(path)).slice();
    const at = path.includes("entries") ? lie.length - 1 : 0; // of a tile the first hash is the one that counts here
    lie[at] = (lie[at] as number) ^ 1;
    log.lies.set(path, lie);
    assert.equal(broken(await ask(log, { acts })), "log-proof-wrong", path);
    log.lies.set(path, lie.slice(1));
    assert.equal(broken(await ask(log, { acts })), "log-proof-wrong", path);
    log.lies.delete(path);
  }
  const good = { existence: log.proof(300), content: log.proof(301) };
  for (const proof of [log.proof(302), good.content.replace("index 301", "index 302"), good.content.slice(0, -2), "", log.proof(301, 700)]) {
    assert.equal(broken(await ask(log, { acts, proofs: [{ leaf: existence, proof: good.existence }, { leaf: content, proof }] })), "log-proof-wrong");
  }
  await assert.rejects(ask(log, { fetch: async () => Promise.reject(Object.assign(new DOMException("", "AbortError"))) }).then((f) => assert.equal(f.kind, "x")));
});

test("entries come from where they are asked for, whatever the size", async () => {
  for (const size of [1, 2, 255, 256, 257, 511, 512, 700]) {
    const log = new MemoryLog("l", signingKey(random(32)));
    log.entries.push(...Array.from({ length: size }, () => random(5)));
    for (const from of [0, Math.floor(size / 2), size - 1]) {
      const entries = await readEntries(from, verifyCheckpoint(log.checkpoint(), log.key), log.fetch);
      assert.deepEqual(entries.map(hex), log.entries.slice(from).map(hex));
    }
  }
});

/** What is served at another address under the name of a log. */
const mirrorOf = (log: MemoryLog, size = log.entries.length) => async (path: string) => (path === "checkpoint" ? utf8(log.checkpoint(size)) : log.fetch(path));

/** Another log with the same key, that begins as this one and then differs. */
function forkOf(log: MemoryLog, at: number): MemoryLog {
  const fork = new MemoryLog(log.key.name, log.signing);
  fork.entries.push(...log.entries.map((entry, i) => (i === at ? random(32) : entry)));
  return fork;
}

test("a server or a proxy in trouble is no finding, and what is not there is one", async () => {
  const log = logWith();
  const answers = (status: number) => async (): Promise<Uint8Array> => Promise.reject(new WhistleError(`http-${status}`, { status }));
  for (const status of [403, 408, 429, 500, 502, 503, 504]) {
    await assert.rejects(ask(log, { fetch: answers(status) }), { code: `http-${status}` });
  }
  assert.equal(broken(await ask(log, { fetch: answers(404) })), "log-proof-wrong");
});

test("proofs are looked up by their leaf, however many there are", async () => {
  const log = logWith();
  const one = { leaf: content, proof: log.proof(301) };
  assert.equal((await ask(log, { proofs: [one, one], today: day })).kind, "waiting");
  assert.equal((await ask(log, { proofs: [one, one, { leaf: existence, proof: log.proof(300) }] })).kind, "logged");
});

test("a mirror that has the same log, less of it or more of it, agrees", async () => {
  const log = logWith();
  const proofs = [{ leaf: existence, proof: log.proof(300, 700) }, { leaf: content, proof: log.proof(301, 700) }];
  for (const size of [302, 699, 700, 701, log.entries.length]) {
    const finding = await ask(log, { proofs, mirror: mirrorOf(log, size) });
    assert.ok(finding.kind === "logged", String(size));
    assert.equal(finding.checkpoint.size, 700);
  }
});

test("a mirror shows what an old head of the server hides", async () => {
  const log = logWith(actLeaf(contentBlind, 1));
  const proofs = [{ leaf: existence, proof: log.proof(300, 700) }, { leaf: content, proof: log.proof(301, 700) }];
  assert.equal((await ask(log, { proofs })).kind, "logged");
  const caught = await ask(log, { proofs, mirror: mirrorOf(log) });
  assert.ok(caught.kind === "broken" && caught.code === "log-withheld");
  assert.deepEqual((JSON.parse(caught.evidence) as { checkpoints: string[] }).checkpoints, [log.checkpoint()]);
});

test("a mirror that has another log is told from one that is down, and the evidence is two signed heads", async () => {
  const log = logWith();
  for (const [fork, size] of [[forkOf(log, 5), log.entries.length], [forkOf(log, 5), 600], [forkOf(log, 700), log.entries.length]] as const) {
    const finding = await ask(log, { mirror: mirrorOf(fork, size) });
    assert.ok(finding.kind === "broken" && finding.code === "log-fork");
    const { kind, checkpoints } = JSON.parse(finding.evidence) as { kind: string; checkpoints: string[] };
    assert.equal(kind, "log-fork");
    assert.deepEqual([...checkpoints].sort(), [fork.checkpoint(size), log.checkpoint()].sort());
    for (const checkpoint of checkpoints) {
      verifyCheckpoint(checkpoint, log.key);
    }
  }
  // A larger head than the server's, with another beginning.
  const grown = forkOf(log, 5);
  grown.entries.push(random(32), random(32));
  assert.equal(broken(await ask(log, { mirror: mirrorOf(grown) })), "log-fork");
  const stranger = new MemoryLog(log.key.name, signingKey(random(32)));
  stranger.entries.push(...log.entries);
  const lying = async (path: string) => (path === "checkpoint" ? utf8(grownHonestly.checkpoint()) : random(32 * 256));
  const grownHonestly = forkOf(log, -1);
  grownHonestly.entries.push(...Array.from({ length: 300 }, () => random(32)));
  // One that has not come as far as the report yet can say nothing about it.
  for (const mirror of [mirrorOf(log, 0), mirrorOf(log, 255), mirrorOf(log, 256), mirrorOf(log, 301), mirrorOf(stranger), async () => utf8("<html>"), async () => Promise.reject(new WhistleError("network")), lying]) {
    await assert.rejects(ask(log, { mirror }), { code: "mirror" });
  }
});
