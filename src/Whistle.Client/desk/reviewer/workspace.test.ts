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
  fails = false;
  private last = 0;

  /** Nothing was read or written for a while. */
  async quiet(): Promise<void> {
    this.last = performance.now();
    while (performance.now() - this.last < 300) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  tab(): LocalStore {
    const used = (): void => void (this.last = performance.now());
    const heard = new Set<(word: string) => void>();
    return {
      get: async (name) => (used(), this.all.get(name)),
      put: async (name, sealed) => (used(), this.fails ? Promise.reject(new Error("full")) : void this.all.set(name, sealed)),
      remove: async (name) => void this.all.delete(name),
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
      tell: (word) => [...this.listeners].filter((told) => !heard.has(told)).forEach((told) => told(word)),
      listen: (signal, told) => {
        heard.add(told);
        this.listeners.add(told);
        signal.addEventListener("abort", () => this.listeners.delete(told));
      },
    };
  }
}

async function readDesk() {
  const { server, workspace: first, desk, id } = await openDesk();
  first.stop();
  const at = async (browser: Browser | undefined, store = browser?.tab()) => {
    const workspace = new Workspace({ api: first.api, source: sourceApi({ base: origin, fetch: server.fetch }), desk, store, today: () => today, changed: () => undefined });
    await workspace.start();
    await browser?.quiet();
    return workspace;
  };
  const stored = server.cases.get(id);
  assert.ok(stored !== undefined);
  return { at, id, desk, server, stored };
}

test("what was read is found again after the desk was locked, on this device alone", async () => {
  const { at, id } = await readDesk();
  const browser = new Browser();
  const reads = await at(browser);
  assert.deepEqual(reads.unread(), [id]);
  await reads.readForSearch({ signal: new AbortController().signal, progress: () => undefined });
  assert.equal(reads.index.hit(id, "falsified")?.where, "letter");
  reads.stop();
  assert.equal(reads.index.words(id), "", "a locked desk knows nothing");
  await browser.quiet();
  assert.equal(browser.all.size, 16, "all parts are there, whichever has the case");
  assert.doesNotMatch([...browser.all.values()].map((octets) => Buffer.from(octets).toString("latin1")).join(""), /Falsified/);

  const again = await at(browser);
  assert.deepEqual([again.unread(), again.index.hit(id, "falsified")?.where], [[], "letter"]);
  assert.deepEqual((await at(new Browser())).unread(), [id], "another device has not read it");
  await again.note(await again.open(id), "A note", []);
  await again.refresh();
  assert.deepEqual([again.unread(), again.index.hit(id, "falsified")?.where], [[id], "letter"], "it was read before the note");
  again.stop();
});

test("what was deleted is found no more, in this session and in no later one", async () => {
  const { at, id, stored } = await readDesk();
  const browser = new Browser();
  const reads = await at(browser);
  await reads.open(id);
  reads.stop();
  await browser.quiet();
  const later = await at(browser);
  assert.equal(later.index.hit(id, "falsified")?.where, "letter");
  stored.deletions = 1;
  await later.refresh();
  assert.deepEqual([later.index.hit(id, "falsified"), later.unread()], [undefined, [id]]);
  await browser.quiet();
  later.stop();
  await browser.quiet();
  stored.deletions = 0; // a server that says it never was
  assert.equal((await at(browser)).index.hit(id, "falsified"), undefined, "it left the device at once");
});

test("a desk that locks before its first round is through loses nothing of what was kept", async () => {
  const { at, id, desk, server } = await readDesk();
  const browser = new Browser();
  const reads = await at(browser);
  await reads.open(id);
  reads.stop();
  await browser.quiet();
  const before = new Map(browser.all);
  const cut: typeof fetch = () => Promise.reject(new TypeError("cut"));
  const hasty = new Workspace({ api: deskApi({ base: origin, fetch: cut }), source: sourceApi({ base: origin, fetch: server.fetch }), desk, store: browser.tab(), today: () => today, changed: () => undefined });
  await hasty.start();
  await browser.quiet();
  assert.equal(hasty.index.has(id), false, "nobody knows yet whether it is still held");
  hasty.stop();
  await browser.quiet();
  assert.deepEqual([...browser.all.keys()].sort(), [...before.keys()].sort());
  assert.deepEqual((await at(browser)).unread(), []);
});

test("what is forgotten is forgotten in every tab, whatever one of them was doing", async () => {
  const { at, id } = await readDesk();
  const browser = new Browser();
  const [one, two] = [await at(browser), await at(browser)];
  await one.open(id);
  await two.open(id);
  one.keepNow();
  await two.forgetRead();
  await browser.quiet();
  assert.deepEqual([browser.all.size, one.index.isEmpty, two.index.isEmpty], [0, true, true]);
  await one.refresh();
  one.stop();
  await browser.quiet();
  assert.equal(browser.all.size, 0);
  await two.open(id); // it is the one that keeps now
  two.stop();
  await browser.quiet();
  assert.deepEqual((await at(browser)).unread(), []);
});

test("who steps back from a case takes it off the device at once, also where an answer about it is still on its way", async () => {
  const { at, id } = await readDesk();
  const browser = new Browser();
  const workspace = await at(browser);
  await workspace.open(id);
  workspace.keepNow();
  await browser.quiet();
  const late = workspace.open(id);
  await workspace.recuse(id, "");
  await late.catch(() => undefined);
  await browser.quiet();
  assert.deepEqual([workspace.index.isEmpty, browser.all.size], [true, 16]);
  const again = await at(browser);
  assert.equal(again.index.isEmpty, true);
});

test("a browser that keeps nothing, takes nothing more, or has another's octets, costs nothing but reading again", async () => {
  const { at, id, desk } = await readDesk();
  const full = new Browser();
  const read = await at(full);
  await read.open(id);
  read.keepNow();
  await full.quiet();
  full.fails = true;
  read.index.drop(id);
  await full.quiet();
  assert.equal(full.all.size, 15, "what cannot be written anew is taken away");
  const planted = new Browser();
  planted.all.set(`search-index ${desk.person.id} 0`, new Uint8Array(70_000));
  const stuck: LocalStore = { ...new Browser().tab(), get: () => new Promise(() => undefined) };
  for (const [browser, store] of [[full, full.tab()], [planted, planted.tab()], [undefined, stuck], [undefined, undefined]] as const) {
    const workspace = await at(browser, store);
    assert.deepEqual([workspace.unread(), workspace.state.failure], [[id], undefined]);
    await workspace.open(id);
    assert.equal(workspace.index.has(id), true);
    workspace.stop();
    await browser?.quiet();
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
});
