import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeIdentity } from "../../lib/age.ts";
import { concat, hex } from "../../lib/bytes.ts";
import { newCaseKey } from "../../lib/caseKey.ts";
import { sealRecovered } from "../../lib/desk/recovered.ts";
import { loadDraft, saveDraft } from "../../lib/flows/desk.ts";
import { sourceApi } from "../../lib/sourceApi.ts";
import { origin, today } from "../../lib/world.testing.ts";
import { noWork, writeWork } from "../summary/work.ts";
import { Workspace } from "./workspace.ts";
import { openDesk, random, world } from "./workspace.testing.ts";

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

test("several cases are labelled and given to somebody, one act after the other without a step between", async () => {
  const { workspace, id, desk } = await openDesk();
  await workspace.labelListed(id, { severity: "high" });
  await workspace.labelListed(id, { category: "safety" });
  const row = () => workspace.state.rows.find(({ caseId }) => caseId === id);
  assert.deepEqual([row()?.sheet?.severity, row()?.sheet?.category], ["high", "safety"], "what is not named stays");
  await workspace.assignListed(id, desk.person.id);
  assert.equal(row()?.server?.assignee, desk.person.id);
  await assert.rejects(workspace.assignListed("0".repeat(32), desk.person.id), { code: "not-found" });
  await workspace.stop();
});
