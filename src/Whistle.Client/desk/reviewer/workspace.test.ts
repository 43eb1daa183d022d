import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeIdentity } from "../../lib/age.ts";
import { concat, hex, utf8 } from "../../lib/bytes.ts";
import { newCaseKey } from "../../lib/caseKey.ts";
import { sealRecovered } from "../../lib/desk/recovered.ts";
import { deskApi } from "../../lib/deskApi.ts";
import { parseQuestionnaire } from "../../lib/documents.ts";
import { loadDraft, saveDraft, type Desk } from "../../lib/flows/desk.ts";
import { prepareTip, sendTip } from "../../lib/flows/submit.ts";
import { parseJson } from "../../lib/jcs.ts";
import { deterministicRandom } from "../../lib/random.testing.ts";
import { TestServer } from "../../lib/server.testing.ts";
import { sourceApi } from "../../lib/sourceApi.ts";
import { Versions } from "../../lib/versions.ts";
import { makeWorld, origin, questionnaire, today } from "../../lib/world.testing.ts";
import type { LocalStore } from "../model/local.ts";
import { noWork, writeWork } from "../summary/work.ts";
import { Workspace } from "./workspace.ts";

const random = deterministicRandom(new Uint8Array(32).fill(9));
const world = makeWorld(random);

/** A desk with one case, claimed, and a line to its server that can be cut. */
async function openDesk() {
  const server = new TestServer(world, random);
  const line = { cut: false };
  const fetch: typeof globalThis.fetch = (input, init) => (line.cut ? Promise.reject(new TypeError("cut")) : server.fetch(input, init));
  const source = sourceApi({ base: origin, fetch });
  const api = deskApi({ base: origin, fetch });
  const [channel] = world.content.channels;
  const [lead] = world.people;
  assert.ok(channel !== undefined && lead !== undefined);
  const answers = [{ q: "title", values: ["Tests"] }, { q: "what", values: ["Falsified"] }, { q: "how", values: ["saw"] }];
  const prepared = await prepareTip(
    { origin, directory: world.directory, channel, questionnaire: parseQuestionnaire(parseJson(utf8(JSON.stringify(questionnaire)))), today, lang: "en", answers, files: [], unticked: [], copy: "none" },
    random,
  );
  await sendTip(prepared, source, random);
  const { person, identity, signing } = lead;
  server.person = person.id;
  const desk: Desk = { origin, me: { person: { id: person.id, name: person.name, role: person.role, login: "x" }, demo: "no" }, person, directory: world.directory, versions: new Versions(world.directory), identity, signing };
  const workspace = new Workspace({ api, source, desk, today: () => today, changed: () => undefined });
  await workspace.start();
  const file = await workspace.claim(prepared.caseId);
  return { server, line, api, desk, workspace, file, id: prepared.caseId };
}

test("the files of a reply go out once, and stay chosen while it could not be sent", async () => {
  const { line, workspace, id } = await openDesk();
  let { file } = { file: await workspace.open(id) };
  const form = new File(["a form"], "form.txt");
  const send = (text: string) =>
    workspace.reply(
      file,
      { text, counts: "none", lang: "en", today, files: workspace.drafts.files(id).map((f) => ({ name: f.name, type: "text/plain", data: f })) },
      () => undefined,
    );
  workspace.drafts.write(id, "reply", "Here is a form.");
  workspace.drafts.attach(id, [form]);
  line.cut = true;
  await assert.rejects(send("Here is a form."), { code: "network" });
  const chosen = () => [workspace.drafts.files(id).map((f) => f.name).join(), workspace.drafts.text(id, "reply")];
  assert.deepEqual(chosen(), ["form.txt", "Here is a form."]);
  line.cut = false;
  await send("Here is a form.");
  assert.deepEqual(chosen(), ["", ""]);

  file = await workspace.open(id);
  await send("And a second letter.");
  file = await workspace.open(id);
  assert.deepEqual(file.letters.filter((letter) => letter.dir === "team").map((letter) => letter.files.length), [1, 0]);
  workspace.stop();
});

test("a summary that was proposed is no draft any more", async () => {
  const { line, api, desk, workspace, id } = await openDesk();
  const file = await workspace.open(id);
  const [approver] = world.people.filter((p) => p.person.role === "approver");
  assert.ok(approver !== undefined);
  const input = { title: "Tests", text: "[person] falsified", outcome: "open", category: "", severity: "", lang: "en", approvers: [approver.person.id] } as const;
  const written = writeWork({ ...noWork, title: "Tests", edited: "[person] falsified" });
  workspace.drafts.write(id, "summary", written);
  assert.ok(await workspace.drafts.flush(id));
  line.cut = true;
  await assert.rejects(workspace.propose(file, input), { code: "network" });
  assert.equal(workspace.drafts.text(id, "summary"), written);
  line.cut = false;
  await workspace.propose(file, input);
  assert.equal(workspace.drafts.text(id, "summary"), "");
  assert.equal(await loadDraft(api, desk, id, "summary"), undefined);
  workspace.stop();
});

test("a text that is no summary's draft is not brought back as one", async () => {
  const { api, desk, workspace, id } = await openDesk();
  await saveDraft(api, desk, id, { kind: "summary", text: "{}" }, random);
  await saveDraft(api, desk, id, { kind: "note", text: "a note" }, random);
  await assert.rejects(workspace.loadDrafts(id), { code: "draft-malformed" });
  assert.deepEqual([workspace.drafts.text(id, "summary"), workspace.drafts.text(id, "note")], ["", "a note"]);
  workspace.stop();
});

test("what was written last is saved when the desk locks, each kind in its place", async () => {
  const { api, desk, workspace, id } = await openDesk();
  workspace.drafts.write(id, "reply", "half a letter");
  workspace.drafts.write(id, "note", "half a note");
  const summary = writeWork({ ...noWork, title: "half a title" });
  workspace.drafts.write(id, "summary", summary);
  workspace.stop();
  for (let turn = 0; turn < 50 && (await loadDraft(api, desk, id, "summary")) === undefined; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal((await loadDraft(api, desk, id, "reply"))?.text, "half a letter");
  assert.equal((await loadDraft(api, desk, id, "note"))?.text, "half a note");
  assert.equal((await loadDraft(api, desk, id, "summary"))?.text, summary);
});

test("stored drafts of both kinds come back, also where one of them cannot be read", async () => {
  const { server, workspace, id } = await openDesk();
  workspace.drafts.write(id, "reply", "a letter");
  workspace.drafts.write(id, "note", "a note");
  await workspace.drafts.flush();
  const kept = server.cases.get(id)?.drafts;
  kept?.set("reply", kept.get("note") ?? "");
  const again = new Workspace({ api: workspace.api, source: sourceApi({ base: origin, fetch: server.fetch }), desk: workspace.desk, today: () => today, changed: () => undefined });
  await assert.rejects(again.loadDrafts(id), { code: "draft-malformed" });
  assert.deepEqual([again.drafts.text(id, "reply"), again.drafts.text(id, "note")], ["", "a note"]);
  workspace.stop();
  again.stop();
});

test("the sealed stream is saved as the server gives it, and keys from the holders stand in the list once", async () => {
  const { server, api, desk, workspace, id } = await openDesk();
  const [channel] = world.content.channels;
  const lead = world.people[0];
  assert.ok(channel !== undefined && lead !== undefined);
  const steps: number[] = [];
  const parts = await workspace.sealedStream(channel.id, (done) => steps.push(done));
  const saved = concat(...parts);
  const view = new DataView(saved.buffer, saved.byteOffset);
  const blobs: Uint8Array[] = [];
  for (let at = 0; at < saved.length; ) {
    const count = view.getUint32(at);
    at += 4;
    for (let n = 0; n < count; n++) {
      blobs.push(saved.slice(at + 8, at + 8 + 30_847));
      at += 8 + 30_847;
    }
  }
  assert.deepEqual(blobs.map((blob) => hex(blob)), server.blobs.map((blob) => hex(blob)));
  assert.equal(steps.at(-1), blobs.length);

  const another = newCaseKey(random);
  const known = await api.keyring();
  assert.ok(known.version > 0);
  const file = sealRecovered({ to: lead.person.id, recovery: "ab".repeat(16), keys: [encodeIdentity(another.identity)] }, lead.identity.recipient, random);
  assert.equal(await workspace.takeRecovered(file), 1);
  assert.equal(await workspace.takeRecovered(file), 0);
  assert.deepEqual(workspace.state.rows.map(({ caseId, server: held }) => [caseId, held !== undefined]).sort(), [[id, true], [another.id, false]].sort());
  await assert.rejects(workspace.takeRecovered(sealRecovered({ to: "cd".repeat(16), recovery: "ab".repeat(16), keys: [] }, lead.identity.recipient, random)), { code: "recovery-not-to-you" });
  await assert.rejects(workspace.takeRecovered(new Uint8Array(70_000)), { code: "recovery-malformed" });
  assert.equal(desk.person.id, lead.person.id);
});

/** The database of one browser, with its tabs. */
class Browser {
  readonly all = new Map<string, Uint8Array>();
  private readonly waiting: (() => void)[] = [];
  private isHeld = false;
  private readonly listeners = new Set<(word: string) => void>();
  /** Takes nothing more. */
  fails = false;
  /** What a reading waits for. */
  slow: Promise<void> = Promise.resolve();

  get sealed(): string {
    return [...this.all.values()].map((octets) => Buffer.from(octets).toString("latin1")).join("");
  }

  tab(): LocalStore {
    return {
      get: async (name) => this.slow.then(() => this.all.get(name)),
      put: async (entries) => (this.fails ? Promise.reject(new Error("full")) : entries.forEach(([name, sealed]) => this.all.set(name, sealed))),
      remove: async (names) => names.forEach((name) => this.all.delete(name)),
      hold: (_, signal, act) => {
        const begin = (): void => {
          this.isHeld = true;
          signal.addEventListener("abort", () => {
            this.isHeld = false;
            this.waiting.shift()?.();
          });
          act();
        };
        if (this.isHeld) {
          this.waiting.push(begin);
        } else {
          begin();
        }
      },
      tell: (word) => queueMicrotask(() => this.listeners.forEach((told) => told(word))),
      listen: (signal, told) => {
        this.listeners.add(told);
        signal.addEventListener("abort", () => this.listeners.delete(told));
      },
    };
  }
}

/** Until something holds that comes by itself. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !holds() && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(holds());
}

/** A tip that a lead has claimed, and desks of that lead. */
async function readDesk() {
  const { server, workspace: first, desk, id } = await openDesk();
  await first.stop();
  const open = (store: LocalStore | undefined, fetch = server.fetch) =>
    new Workspace({ api: deskApi({ base: origin, fetch }), source: sourceApi({ base: origin, fetch: server.fetch }), desk, store, today: () => today, changed: () => undefined });
  const at = async (store: LocalStore | undefined) => {
    const workspace = open(store);
    await workspace.start();
    return workspace;
  };
  /** What the device still knows, after a desk that does nothing else. */
  const found = async (browser: Browser, word: string) => {
    const workspace = await at(browser.tab());
    const result = [workspace.unread().length, workspace.index.hit(id, word)?.where];
    await workspace.stop();
    return result;
  };
  /** Reads the case and locks. */
  const readOnce = async (browser: Browser) => {
    const workspace = await at(browser.tab());
    await workspace.open(id);
    await workspace.stop();
  };
  const stored = server.cases.get(id);
  assert.ok(stored !== undefined);
  return { at, open, found, readOnce, id, desk, stored };
}

test("what was read is found again after the desk was locked, on this device alone", async () => {
  const { at, found, id } = await readDesk();
  const browser = new Browser();
  const reads = await at(browser.tab());
  assert.deepEqual(reads.unread(), [id]);
  await reads.readForSearch({ signal: new AbortController().signal, progress: () => undefined });
  assert.equal(reads.index.hit(id, "falsified")?.where, "letter");
  const kept = reads.stop();
  assert.equal(reads.index.words(id), "", "a locked desk knows nothing");
  await kept;
  assert.equal(browser.all.size, 16, "all parts are there, whichever has the case");
  assert.doesNotMatch(browser.sealed, /Falsified/);
  assert.deepEqual(await found(browser, "falsified"), [0, "letter"]);
  assert.deepEqual(await found(new Browser(), "falsified"), [1, undefined], "another device has not read it");

  const again = await at(browser.tab());
  await again.note(await again.open(id), "A note", []);
  await again.refresh();
  assert.deepEqual([again.unread(), again.index.hit(id, "falsified")?.where], [[id], "letter"], "it was read before the note");
  await again.stop();
});

test("what was deleted is found no more, and leaves the device before anybody locks", async () => {
  const { at, readOnce, found, id, stored } = await readDesk();
  const browser = new Browser();
  await readOnce(browser);
  const later = await at(browser.tab());
  await later.keepNow();
  const before = browser.sealed;
  assert.equal(later.index.hit(id, "falsified")?.where, "letter");
  stored.deletions = 1;
  await later.refresh();
  assert.deepEqual([later.index.hit(id, "falsified"), later.unread()], [undefined, [id]]);
  await until(() => browser.sealed !== before);
  stored.deletions = 0; // a server that says it never was
  await later.stop();
  assert.equal((await found(browser, "falsified"))[1], undefined);
});

test("an answer that was on its way brings back nothing that was deleted meanwhile", async () => {
  const { at, id, stored } = await readDesk();
  const workspace = await at(undefined);
  const late = await workspace.open(id);
  stored.deletions = 1;
  await workspace.refresh();
  workspace.index.put(late, "me");
  assert.equal(workspace.index.words(id), "");
  await workspace.stop();
});

test("a desk that locks while it still reads what is there loses nothing of it", async () => {
  const { open, readOnce, found } = await readDesk();
  const browser = new Browser();
  await readOnce(browser);
  const before = browser.sealed;
  let go = (): void => undefined;
  browser.slow = new Promise((resolve) => (go = resolve));
  const hasty = open(browser.tab());
  const started = hasty.start();
  const stopped = hasty.stop();
  go();
  await stopped;
  await started;
  assert.equal(browser.sealed, before);
  const cut = open(browser.tab(), () => Promise.reject(new TypeError("cut")));
  await cut.start();
  await cut.stop();
  assert.deepEqual(await found(browser, "falsified"), [0, "letter"], "nor one that never heard what is still held");
});

test("what is forgotten is forgotten in every tab, whatever one of them was doing", async () => {
  const { at, found, id } = await readDesk();
  const browser = new Browser();
  const one = await at(browser.tab());
  const two = await at(browser.tab());
  await one.open(id);
  await two.open(id);
  const writing = one.keepNow();
  await two.forgetRead();
  await writing;
  await until(() => one.index.isEmpty);
  assert.deepEqual([browser.all.size, two.index.isEmpty], [0, true]);
  await one.refresh();
  await one.stop();
  assert.equal(browser.all.size, 0);
  await until(() => one.index.isEmpty);
  await two.open(id); // it becomes the one that keeps
  await until(() => browser.all.size === 0);
  await two.keepNow();
  await two.stop();
  const last = await at(browser.tab());
  await last.open(id);
  await last.stop();
  assert.deepEqual(await found(browser, "falsified"), [0, "letter"]);
});

test("of two tabs the one that keeps next takes what was read last", async () => {
  const { at, found, id } = await readDesk();
  const browser = new Browser();
  const one = await at(browser.tab());
  const two = await at(browser.tab());
  await two.open(id);
  await one.note(await one.open(id), "The okapi gauge", []);
  await one.open(id);
  await one.stop();
  await until(() => two.index.hit(id, "okapi") !== undefined);
  await two.stop();
  assert.deepEqual(await found(browser, "okapi"), [0, "note"]);
});

test("who steps back from a case takes it off the device at once, in whichever tab", async () => {
  const { at, id } = await readDesk();
  const browser = new Browser();
  const keeps = await at(browser.tab());
  const other = await at(browser.tab());
  await keeps.open(id);
  await keeps.keepNow();
  await other.open(id);
  const before = browser.sealed;
  const late = other.open(id);
  await other.recuse(id, "");
  await late.catch(() => undefined);
  assert.equal(other.index.isEmpty, true);
  await until(() => keeps.index.isEmpty && browser.sealed !== before);
  await Promise.all([keeps.stop(), other.stop()]);
  const again = await at(browser.tab());
  assert.equal(again.index.isEmpty, true);
  await again.stop();
});

test("a browser that keeps nothing, takes nothing more, or has another's octets, costs nothing but reading again", async () => {
  const { at, open, readOnce, id, desk } = await readDesk();
  const full = new Browser();
  await readOnce(full);
  full.fails = true;
  const read = await at(full.tab());
  read.index.drop(id);
  await until(() => full.all.size === 0); // what cannot be written anew is taken away
  await read.stop();
  const planted = new Browser();
  planted.all.set(`search-index ${desk.person.id} 0`, new Uint8Array(70_000));
  const stuck: LocalStore = { ...new Browser().tab(), get: () => new Promise(() => undefined) };
  const broken: LocalStore = { ...new Browser().tab(), get: () => Promise.reject(new Error("no")) };
  for (const store of [full.tab(), planted.tab(), stuck, broken, undefined]) {
    const workspace = open(store);
    void workspace.start();
    await until(() => workspace.state.settled);
    assert.deepEqual([workspace.unread(), workspace.state.failure], [[id], undefined]);
    await workspace.open(id);
    assert.equal(workspace.index.has(id), true);
    await workspace.stop();
  }
});

test("several cases are labelled and given to somebody, one act after the other without a step between", async () => {
  const { at, id, desk } = await readDesk();
  const workspace = await at(undefined);
  await workspace.labelListed(id, { severity: "high" });
  await workspace.labelListed(id, { category: "safety" });
  const row = () => workspace.state.rows.find(({ caseId }) => caseId === id);
  assert.deepEqual([row()?.sheet?.severity, row()?.sheet?.category], ["high", "safety"], "what is not named stays");
  await workspace.assignListed(id, desk.person.id);
  assert.equal(row()?.server?.assignee, desk.person.id);
  await assert.rejects(workspace.assignListed("0".repeat(32), desk.person.id), { code: "not-found" });
  await workspace.stop();
});
