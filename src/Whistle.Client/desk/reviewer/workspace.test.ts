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

/** What a browser keeps, and may lose. */
function localStore(): LocalStore & { readonly all: Map<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return { all, get: async (name) => all.get(name), put: async (name, sealed) => void all.set(name, sealed), remove: async (name) => void all.delete(name) };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

test("what was read is found again after the desk was locked, on this device alone, and not of a case that changed since", async () => {
  const { server, workspace: first, desk, id } = await openDesk();
  first.stop();
  const store = localStore();
  const at = async (local: LocalStore) => {
    const workspace = new Workspace({ api: first.api, source: sourceApi({ base: origin, fetch: server.fetch }), desk, store: local, today: () => today, changed: () => undefined });
    await workspace.start();
    return workspace;
  };
  const reads = await at(store);
  assert.deepEqual(reads.unread(), [id]);
  await reads.readForSearch({ signal: new AbortController().signal, progress: () => undefined });
  assert.equal(reads.index.hit(id, "falsified")?.where, "letter");
  reads.stop();
  assert.equal(reads.index.words(id), "", "a locked desk knows nothing");
  await soon();
  assert.equal(store.all.size, 1);
  assert.doesNotMatch(Buffer.from([...store.all.values()][0] ?? []).toString("latin1"), /Falsified/);

  const again = await at(store);
  assert.deepEqual([again.unread(), again.index.hit(id, "falsified")?.where], [[], "letter"]);
  assert.deepEqual((await at(localStore())).unread(), [id], "another device has not read it");
  await again.note(await again.open(id), "A note", []);
  again.stop();
  await soon();
  const changed = await at(store);
  assert.deepEqual([changed.unread(), changed.index.words(id)], [[id], ""], "it was read before the note");

  await changed.open(id);
  await changed.forgetRead();
  assert.equal(store.all.size, 0);
  changed.stop();
  await soon();
  assert.equal(store.all.size, 0);
});

test("a browser that keeps nothing, or another's octets, costs nothing but reading again", async () => {
  const { server, workspace: first, desk, id } = await openDesk();
  first.stop();
  const broken: LocalStore = { get: async () => Promise.reject(new Error("no")), put: async () => Promise.reject(new Error("full")), remove: async () => undefined };
  const planted = localStore();
  planted.all.set(`search-index ${desk.person.id}`, new Uint8Array(70_000));
  for (const store of [broken, planted, undefined]) {
    const workspace = new Workspace({ api: first.api, source: sourceApi({ base: origin, fetch: server.fetch }), desk, store, today: () => today, changed: () => undefined });
    await workspace.start();
    assert.deepEqual([workspace.unread(), workspace.state.failure], [[id], undefined]);
    await workspace.open(id);
    assert.equal(workspace.index.has(id), true);
    workspace.stop();
    await soon();
  }
});
