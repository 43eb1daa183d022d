import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeRecipient, newIdentity } from "../age.ts";
import { base64url } from "../bytes.ts";
import { keyOf } from "../desk/keyring.ts";
import { acceptDirectory, readerName, type Directory, type Person } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import { ciphertextHash, openMessage, sealMessage } from "../message.ts";
import { signingKey } from "../sign.ts";
import { sourceApi } from "../sourceApi.ts";
import type { TestServer } from "../server.testing.ts";
import { Versions } from "../versions.ts";
import { directoryNote, makeWorld, origin, today } from "../world.testing.ts";
import { completeFiling, prepareFiling, sendFiling, proposeClosing, moveCase, addNote, approveClosing, approveSummary, claimCase, emptyRing, findCases, grantCase, grantProblem, loadApprovals, loadDraft, loadRing, mergeRings, openCase, openCaseFile, pinCase, prepareReply, proposeSummary, recuse, saveDraft, saveRing, sendReply, updateSheet, type Desk, type Ring } from "./desk.ts";
import { meetingOf } from "../meeting.ts";
import { loadDirectory, loadDocuments } from "./directory.ts";
import { deskOf, file, input, random, sentinel, set, world } from "./job.testing.ts";
import { burnMailbox, markRead, openLetterFile, openMailbox, prepareLetter, refreshMailbox, sendLetter } from "./mailbox.ts";
import { audienceOf, prepareTip, sendTip, tipProblems, type TipInput } from "./submit.ts";

test("the whole job: a tip with a file, one reviewer left out, claim, reply, answer, note, sheet, grant, summary", async () => {
  const { server, source, api } = set();
  const left = world.people[1]?.person;
  assert.ok(left !== undefined);
  const directory = await loadDirectory(source, { origin, today });
  assert.equal((await loadDocuments(source, directory.content.channels[0] as never)).questionnaire.id, "general");

  const prepared = await prepareTip(input({ unticked: [left.id], files: [file("../report.txt", "numbers"), file("empty", "")], copy: "kept" }), random);
  const steps = new Set<string>();
  const sent = await sendTip(prepared, source, random, { progress: ({ step }) => steps.add(step) });
  assert.deepEqual([...steps], ["working", "uploading", "sending", "checking"]);
  assert.equal(sent.promise.case, prepared.caseId);

  // The one who was left out finds nothing.
  server.person = left.id;
  const nothing = await findCases(api, deskOf(1), emptyRing);
  assert.deepEqual([nothing.rows, nothing.ring.cases], [[], []]);

  // The lead finds it, claims it, reads it.
  server.person = deskOf(0).person.id;
  const lead = deskOf(0);
  let found = await findCases(api, lead, await loadRing(api, lead));
  assert.equal(found.rows[0]?.sheet?.title, "Falsified tests");
  assert.equal(found.rows[0]?.server, undefined);
  await assert.rejects(openCase(api, lead, found.ring, prepared.caseId), { code: "not-found" });
  const ring = await saveRing(api, lead, found.ring, random);
  await claimCase(api, lead, ring, prepared.caseId);
  let opened = await openCase(api, lead, await loadRing(api, lead), prepared.caseId);
  assert.deepEqual(opened.problems, []);
  assert.equal(opened.letters[0]?.text, sentinel);
  assert.deepEqual(opened.letters[0]?.answers.map((answer) => answer.q), ["title", "how"]);
  assert.deepEqual(opened.excluded.map((reader) => reader.slice(0, 32)), [left.id]);
  const [first] = opened.letters[0]?.files ?? [];
  assert.equal(first?.name, "report.txt");
  assert.equal(await (await openCaseFile(api, opened, first as never)).text(), "numbers");

  // Reply with a file, note, sheet, draft.
  const reply = await prepareReply(lead, opened, { text: "Thank you.", files: [file("form.txt", "form")], lang: "en", today, counts: "acknowledgement" }, random);
  await sendReply(api, opened, reply);
  await sendReply(api, opened, reply);
  await addNote(api, lead, opened, { text: "call them", mentions: [], today }, random);
  await updateSheet(api, lead, opened, { title: "Falsified tests", category: "safety", severity: "high", today }, random);
  assert.equal(await loadDraft(api, lead, prepared.caseId, "note"), undefined);
  await saveDraft(api, lead, prepared.caseId, { kind: "note", text: "half" }, random);
  await saveDraft(api, lead, prepared.caseId, { kind: "reply", text: "a letter" }, random);
  assert.deepEqual(await loadDraft(api, lead, prepared.caseId, "note"), { kind: "note", text: "half" });
  assert.deepEqual(await loadDraft(api, lead, prepared.caseId, "reply"), { kind: "reply", text: "a letter" });
  // A server that hands the note out where the reply was kept is refused: the note must not stand in the letter.
  const kept = server.cases.get(prepared.caseId)?.drafts;
  kept?.set("reply", kept.get("note") ?? "");
  await assert.rejects(loadDraft(api, lead, prepared.caseId, "reply"), { code: "draft-malformed" });
  opened = await openCase(api, lead, ring, prepared.caseId);
  assert.equal(opened.notes[0]?.text, "call them");
  assert.equal(opened.notes[0]?.author?.name, "R. Moreau");
  assert.equal(opened.sheet?.severity, "high");

  // The source comes back.
  let mailbox = await openMailbox(source, sent.words.join("\n").toUpperCase(), { origin, today });
  assert.deepEqual(mailbox.letters.map(({ dir, status, text }) => [dir, status, text]), [["source", "readable", sentinel], ["team", "readable", "Thank you."]]);
  assert.equal(mailbox.letters[1]?.signer?.name, "R. Moreau");
  assert.equal(mailbox.case.acknowledged, today);
  assert.equal(await (await openLetterFile(source, mailbox, mailbox.letters[1]?.files[0] as never)).text(), "form");
  await markRead(source, mailbox);
  const letter = await prepareLetter(mailbox, { meeting: true, text: "More.", files: [file("more.txt", "more")], lang: "en", today }, random);
  await sendLetter(source, mailbox, letter, random);
  await sendLetter(source, mailbox, letter, random);
  mailbox = await refreshMailbox(source, mailbox, today);
  assert.deepEqual(mailbox.letters.map((l) => l.text), [sentinel, "Thank you.", "More."]);

  // The request for a meeting is seen on both sides, and is no answer to a question.
  assert.equal(meetingOf(mailbox.letters, "fr")?.asked, today);
  assert.equal(meetingOf((await openCase(api, lead, ring, prepared.caseId)).letters, "fr")?.asked, today);

  // Nobody who was left out is given the case; a colleague already reading needs no grant; the approver has no role for it.
  opened = await openCase(api, lead, ring, prepared.caseId);
  assert.equal(opened.letters.length, 3);
  assert.equal(grantProblem(opened, lead, left, today), "excluded");
  await assert.rejects(grantCase(api, lead, opened, left, { text: "x", lang: "en", today }, random), { code: "excluded" });
  assert.equal(grantProblem(opened, lead, deskOf(2).person, today), "already-reader");
  assert.equal(grantProblem(opened, lead, deskOf(3).person, today), "wrong-role");

  // Summary.
  await proposeSummary(api, lead, opened, { category: "safety", severity: "high", outcome: "substantiated", lang: "en", title: "Tests", text: "Redacted.", today, approvers: [deskOf(3).person] }, random);
  opened = await openCase(api, lead, ring, prepared.caseId);
  assert.equal(opened.summaries[0]?.text?.text, "Redacted.");
  const [waiting] = await loadApprovals(api, deskOf(3));
  assert.ok(waiting?.kind === "summary");
  assert.equal(waiting.text?.title, "Tests");
  await approveSummary(api, deskOf(3), waiting);
  await assert.rejects(approveSummary(api, lead, waiting), { code: "same-person" });

  // Closing: proposed by one, approved by another, and only then possible.
  await assert.rejects(moveCase(api, lead, opened, "closed", "", today, random), { code: "closing-not-approved" });
  await assert.rejects(proposeClosing(api, lead, opened, { outcome: "partly", retention: "short", text: "x", lang: "en", today, approvers: [left] }, random), { code: "excluded" });
  await proposeClosing(api, lead, opened, { outcome: "partly", retention: "short", text: "Half of it was true.", lang: "en", today, approvers: [deskOf(3).person] }, random);
  opened = await openCase(api, lead, ring, prepared.caseId);
  assert.deepEqual(opened.closings.map(({ text, server: { state } }) => [text?.outcome, text?.text, state]), [["partly", "Half of it was true.", "proposed"]]);
  const closing = (await loadApprovals(api, deskOf(3))).find(({ kind }) => kind === "closing");
  assert.ok(closing?.kind === "closing");
  assert.equal(closing.text?.text, "Half of it was true.");
  await assert.rejects(approveClosing(api, lead, closing), { code: "same-person" });
  await approveClosing(api, deskOf(3), closing);
  assert.equal((await moveCase(api, lead, opened, "closed", "", today, random)).state, "closed");
  assert.equal((await moveCase(api, lead, opened, "reopened", "It goes on.", today, random)).state, "reopened");

  // Burn.
  await burnMailbox(source, mailbox);
  await assert.rejects(openMailbox(source, sent.words.join(" "), { origin, today }), { code: "words-unknown" });

  // The wire: nothing the source or the desk sent carries text or words, and the source sent no cookie.
  assert.ok(server.requests.length > 20);
  for (const request of server.requests) {
    const seen = `${request.path} ${new TextDecoder("latin1").decode(request.body)}`;
    for (const secret of [sentinel, "Thank you", "call them", "Half of it", "It goes on", "report.txt", sent.words.join(" "), "AGE-SECRET-KEY"]) {
      assert.ok(!seen.includes(secret) || request.path.endsWith("/approve"), `${request.path} carries ${secret}`);
    }
    assert.equal(request.credentials, request.path.startsWith("/api/source") ? "omit" : "same-origin");
  }
  found = await findCases(api, lead, ring);
  assert.equal(found.rows[0]?.server?.state, "reopened");
});

test("a lost answer changes nothing: the retry sends the same bytes and gets the same promise", async () => {
  const { server, source } = set();
  const prepared = await prepareTip(input({ files: [{ name: "big", type: "", data: new Blob([new Uint8Array(1_500_000)]) }] }), random);
  for (const [path, when] of [["uploads$", "after"], ["parts/0", "after"], ["parts/1", "before"], ["tips", "after"], ["tips", "before"]] as const) {
    server.lose = { path: new RegExp(path), when };
    await assert.rejects(sendTip(prepared, source, random), { code: "network" });
  }
  const sent = await sendTip(prepared, source, random);
  const bodies = server.requests.filter((request) => request.path.endsWith("/tips")).map((request) => request.body);
  assert.equal(bodies.length, 3);
  assert.deepEqual(bodies[0]?.subarray(0, 1500), bodies[2]?.subarray(0, 1500));
  assert.equal(server.cases.size, 1);
  assert.equal(sent.promiseNote, server.cases.get(prepared.caseId)?.promise);
});

test("a promise about other bytes, by another key or none is no receipt", async () => {
  for (const change of [
    (note: string) => note.replace(/"content":"./, '"content":"0'),
    (note: string) => note.replace("whistle/promise/v1", "whistle/promise/v2"),
    (note: string) => note.slice(0, note.indexOf("\n\n") + 2),
    () => "",
  ]) {
    const { server, source } = set();
    const prepared = await prepareTip(input(), random);
    const fetch: typeof globalThis.fetch = async (request, init) => {
      const answer = await server.fetch(request, init);
      return String(request).endsWith("/tips") ? new Response(change(await answer.text())) : answer;
    };
    await assert.rejects(sendTip(prepared, sourceApi({ base: origin, fetch }), random), { code: "promise-invalid" });
    await sendTip(prepared, source, random);
  }
});

test("unticking a holder of recovery unticks recovery, and unticking everyone is refused", async () => {
  const holder = world.people.find((entry) => entry.person.name === "C. Ito")?.person;
  assert.ok(holder !== undefined);
  const audience = audienceOf(input({ unticked: [holder.id] }));
  assert.equal(audience.chosen.length, 2);
  assert.deepEqual(audience.excluded.map((reader) => reader.split("/")[0]), [holder.id, "recovery"]);
  assert.ok(audienceOf(input()).chosen.some((receiver) => receiver.id === "recovery"));
  assert.deepEqual(tipProblems(input({ unticked: world.people.slice(0, 3).map((entry) => entry.person.id) })), ["nobody-left"]);
});

test("what can't be sent is named before any key is made", async () => {
  const tooMany = Array.from({ length: 65 }, (_, i) => file(`${i}`, "x"));
  const table: [Partial<TipInput>, string][] = [
    [{ today: today + 51 }, "directory-expired"],
    [{ answers: [] }, "answers-invalid"],
    [{ answers: [{ q: "title", values: ["t"] }, { q: "what", values: ["x".repeat(5001)] }, { q: "how", values: ["saw"] }] }, "answers-invalid"],
    [{ files: tooMany }, "files-too-many"],
    [{ files: [{ name: "x", type: "", data: new Blob([new Uint8Array(26_214_401)]) }] }, "files-too-large"],
    [{ identity: { name: "n".repeat(201), contact: "", custodians: [world.people[4]?.person.id ?? ""] } }, "identity-too-long"],
    [{ identity: { name: "n", contact: "", custodians: [] } }, "custodian-unknown"],
  ];
  for (const [change, code] of table) {
    assert.deepEqual(tipProblems(input(change)), [code]);
    await assert.rejects(prepareTip(input(change), random), { code });
  }
});

test("a cancelled preparation and a cancelled sending stop with that code", async () => {
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(prepareTip(input(), random, { signal: controller.signal }), { code: "cancelled" });
  const { source } = set();
  await assert.rejects(sendTip(await prepareTip(input(), random), source, random, { signal: controller.signal }), { code: "cancelled" });
});

test("without a copy the source's own letters say so, and the replies still open", async () => {
  const { server, source, api } = set();
  const sent = await sendTip(await prepareTip(input(), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  const opened = await openCase(api, lead, ring, sent.caseId);
  await sendReply(api, opened, await prepareReply(lead, opened, { text: "Hello.", files: [], lang: "en", today, counts: "none" }, random));
  const mailbox = await openMailbox(source, sent.words.join(" "), { origin, today });
  assert.deepEqual(mailbox.letters.map(({ status, text }) => [status, text]), [["no-copy", ""], ["readable", "Hello."]]);
});

test("a reply that the server alters, drops from the middle or writes itself is not shown as the team's", async () => {
  const { server, source, api } = set();
  const sent = await sendTip(await prepareTip(input(), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  for (const text of ["one", "two", "three"]) {
    const opened = await openCase(api, lead, ring, sent.caseId);
    await sendReply(api, opened, await prepareReply(lead, opened, { text, files: [], lang: "en", today, counts: "none" }, random));
  }
  const stored = server.cases.get(sent.caseId);
  assert.ok(stored !== undefined);
  const whole = [...stored.messages];
  const statuses = async () => (await openMailbox(source, sent.words.join(" "), { origin, today })).letters.filter((l) => l.dir === "team").map((l) => l.status);
  assert.deepEqual(await statuses(), ["readable", "readable", "readable"]);

  stored.messages.splice(2, 1);
  assert.deepEqual(await statuses(), ["readable", "chain-broken"]);

  const altered = whole.map((m, i) => (i === 2 ? { ...m, ciphertext: m.ciphertext.map((b, at) => (at === 5000 ? b ^ 1 : b)) } : m));
  stored.messages.splice(0, 9, ...altered);
  assert.deepEqual(await statuses(), ["readable", "message-unreadable", "chain-broken"]);

  // Written by somebody with the case key who was not the team: an approver.
  stored.messages.splice(0, 9, ...whole);
  const opened = await openCase(api, lead, ring, sent.caseId);
  const forged = await prepareReply({ ...deskOf(3), directory: world.directory }, opened, { text: "four", files: [], lang: "en", today, counts: "none" }, random);
  await sendReply(api, opened, forged);
  assert.deepEqual(await statuses(), ["readable", "readable", "readable", "signer-unknown"]);
  stored.messages.splice(0, 9, ...whole);
  const wrongKey = await prepareReply({ ...lead, signing: deskOf(2).signing }, opened, { text: "four", files: [], lang: "en", today, counts: "none" }, random);
  await sendReply(api, opened, wrongKey);
  assert.deepEqual(await statuses(), ["readable", "readable", "readable", "signature-invalid"]);
});

test("a reply stays verified after its signer has left, by the directory that it names and under the same root", async () => {
  const { server, source, api } = set();
  const sent = await sendTip(await prepareTip(input(), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  const opened = await openCase(api, lead, ring, sent.caseId);
  await sendReply(api, opened, await prepareReply(lead, opened, { text: "Hello.", files: [], lang: "en", today, counts: "none" }, random));
  const gone = {
    ...world.content,
    version: world.content.version + 1,
    previous: world.directory.hash,
    people: world.content.people.filter((person) => person.id !== lead.person.id),
    channels: world.content.channels.map((channel) => ({ ...channel, readers: channel.readers.filter((id) => id !== lead.person.id) })),
  };
  server.directory = directoryNote(gone, world.roots);
  const replies = async () => (await openMailbox(source, sent.words.join(" "), { origin, today })).letters.filter((l) => l.dir === "team").map((l) => [l.status, l.signer?.name]);

  assert.deepEqual(await replies(), [["signer-unknown", undefined]]); // the server does not have it
  server.directories.set(world.directory.hash, server.directory);
  assert.deepEqual(await replies(), [["signer-unknown", undefined]]); // or gives another version
  server.directories.set(world.directory.hash, makeWorld(random).directory.note);
  assert.deepEqual(await replies(), [["signer-unknown", undefined]]); // or one of another root
  server.directories.set(world.directory.hash, world.directory.note);
  assert.deepEqual(await replies(), [["readable", lead.person.name]]);
  server.lose = { path: /directories/, when: "before" };
  await assert.rejects(openMailbox(source, sent.words.join(" "), { origin, today }), { code: "network" });
});

/** The next version, in which a person has enrolled anew: the same id, other keys. */
function afterNewEnrolment(server: TestServer, n: number): { readonly desk: Desk; readonly colleague: (m: number) => Desk } {
  const old = deskOf(n);
  const [identity, signing] = [newIdentity(random), signingKey(random(32))];
  const person = { ...old.person, recipient: encodeRecipient(identity.recipient), signing: signing.publicKey };
  const content = { ...world.content, version: world.content.version + 1, previous: world.directory.hash, people: world.content.people.map((p) => (p.id === person.id ? person : p)) };
  server.directories.set(world.directory.hash, world.directory.note);
  server.directory = directoryNote(content, world.roots);
  const directory = acceptDirectory(server.directory, { origin, today });
  const versions = () => new Versions(directory, sourceApi({ base: origin, fetch: server.fetch }).earlierDirectory);
  return { desk: { ...old, person, directory, versions: versions(), identity, signing }, colleague: (m) => ({ ...deskOf(m), directory, versions: versions() }) };
}

test("what a person wrote before they enrolled anew still holds: replies on both sides, notes, labels, summaries and a grant", async () => {
  const { server, source, api } = set();
  const newcomer = deskOf(2);
  const late = { ...world.directory, content: { ...world.content, people: world.content.people.map((p) => (p.id === newcomer.person.id ? { ...p, from: today + 1 } : p)) } };
  const sent = await sendTip(await prepareTip(input({ directory: late }), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  let opened = await openCase(api, lead, ring, sent.caseId);
  await sendReply(api, opened, await prepareReply(lead, opened, { text: "Hello.", files: [], lang: "en", today, counts: "none" }, random));
  await addNote(api, lead, opened, { text: "call them", mentions: [], today }, random);
  await updateSheet(api, lead, opened, { title: "T", category: "safety", severity: "high", today }, random);
  await proposeSummary(api, lead, opened, { category: "safety", severity: "high", outcome: "open", lang: "en", title: "T", text: "Redacted.", today, approvers: [deskOf(3).person] }, random);
  opened = await openCase(api, lead, ring, sent.caseId);
  await grantCase(api, lead, opened, newcomer.person, { text: "x", lang: "en", today }, random);

  const { colleague } = afterNewEnrolment(server, 0);
  const mailbox = await openMailbox(source, sent.words.join(" "), { origin, today });
  assert.deepEqual(mailbox.letters.filter((l) => l.dir === "team").map((l) => l.status), ["readable", "readable"]);

  const other = colleague(2);
  server.person = other.person.id;
  const found = await findCases(api, other, emptyRing);
  assert.deepEqual(found.refused, []);
  await claimCase(api, other, found.ring, sent.caseId);
  assert.deepEqual((await findCases(api, other, found.ring)).rows.map((row) => [row.sheet?.severity, row.problem]), [["high", undefined]]);
  const read = await openCase(api, other, found.ring, sent.caseId);
  assert.deepEqual(read.problems, []);
  assert.deepEqual(read.letters.map((l) => l.status), ["readable", "readable", "readable"]);
  assert.deepEqual(read.notes.map((note) => [note.text, note.problem]), [["call them", undefined]]);
  assert.deepEqual(read.summaries.map((summary) => [summary.text?.text, summary.problem]), [["Redacted.", undefined]]);

  // Without the earlier version nobody vouches for the label; the case can be labelled again all the same.
  server.directories.clear();
  const alone = colleague(2);
  const unsure = await openCase(api, alone, found.ring, sent.caseId);
  assert.deepEqual(unsure.problems, ["sheet-signature-invalid"]);
  assert.equal(unsure.notes[0]?.problem, "signature-invalid");
  const sheet = await updateSheet(api, alone, unsure, { title: "T", category: "safety", severity: "high", today }, random);
  assert.equal(sheet.version, 3);
  assert.deepEqual((await openCase(api, alone, found.ring, sent.caseId)).problems, []);
});

test("a reply holds only where its signer may act on its day, is not left out by key, and names no version older than the source's", async () => {
  const { server, source, api } = set();
  const { desk: now, colleague } = afterNewEnrolment(server, 0);
  const sent = await sendTip(await prepareTip(input({ directory: now.directory, unticked: [deskOf(1).person.id] }), random), source, random);
  const other = colleague(2);
  server.person = other.person.id;
  const { ring } = await findCases(api, other, emptyRing);
  await claimCase(api, other, ring, sent.caseId);
  const opened = await openCase(api, other, ring, sent.caseId);
  assert.deepEqual(opened.problems, []);
  const said = async (desk: Desk, day: number) => {
    const before = [...(server.cases.get(sent.caseId)?.messages ?? [])];
    const named = { ...opened, secret: { ...opened.secret, directory: desk.directory.hash } };
    await sendReply(api, opened, await prepareReply(desk, named, { text: "Hello.", files: [], lang: "en", today: day, counts: "none" }, random));
    const [mailbox, file] = [await openMailbox(source, sent.words.join(" "), { origin, today }), await openCase(api, other, ring, sent.caseId)];
    server.cases.get(sent.caseId)?.messages.splice(0, 9, ...before);
    const statuses = [mailbox.letters, file.letters].map((letters) => letters.find((l) => l.dir === "team")?.status);
    assert.equal(statuses[0], statuses[1]);
    return statuses[0];
  };
  assert.equal(await said(other, today), "readable");
  assert.equal(await said(other, 30_001), "signer-unknown"); // after `until`
  // By the key that the lead gave up, and a version older than the one the source used.
  assert.equal(await said(deskOf(0), today), "signer-unknown");
  assert.equal(await said(now, today), "readable");
  // A desk that was unlocked before this version was out names the one that the source used.
  const early = { ...deskOf(2), versions: new Versions(world.directory, source.earlierDirectory) };
  server.directories.set(now.directory.hash, now.directory.note);
  assert.equal((await openCase(api, early, ring, sent.caseId)).secret.directory, now.directory.hash);
  // Left out, and listed again under another name with the same key.
  const { people, channels, version } = now.directory.content;
  const replaced = (before: Person, after: Person): Directory => {
    const readers = (ids: readonly string[]) => ids.map((id) => (id === before.id ? after.id : id));
    const content = { ...now.directory.content, version: version + 1, previous: now.directory.hash, people: people.map((p) => (p.id === before.id ? after : p)), channels: channels.map((c) => ({ ...c, readers: readers(c.readers) })) };
    server.directory = directoryNote(content, world.roots);
    const directory = acceptDirectory(server.directory, { origin, today });
    server.directories.set(directory.hash, directory.note);
    return directory;
  };
  const twin = { ...deskOf(1).person, id: "ee".repeat(16) };
  assert.equal(await said({ ...deskOf(1), directory: replaced(deskOf(1).person, twin), person: twin }, today), "signer-unknown");
  const notYet = { ...deskOf(2).person, from: today + 1 };
  assert.equal(await said({ ...deskOf(2), directory: replaced(deskOf(2).person, notYet), person: notYet }, today), "signer-unknown"); // before `from`
  assert.equal(await said({ ...deskOf(2), directory: replaced(deskOf(1).person, twin) }, today), "readable");
});

test("a state that is missing, altered or another's is an error, not an empty mailbox", async () => {
  const { server, source } = set();
  const [a, b] = [await sendTip(await prepareTip(input(), random), source, random), await sendTip(await prepareTip(input(), random), source, random)];
  const [first, second] = [server.cases.get(a.caseId), server.cases.get(b.caseId)];
  assert.ok(first !== undefined && second !== undefined);
  for (const [state, code] of [[new Uint8Array(0), "state-missing"], [second.parts.state, "state-invalid"], [first.parts.state.map((x) => x ^ 1), "state-invalid"]] as const) {
    server.cases.set(a.caseId, { ...first, parts: { ...first.parts, state } });
    await assert.rejects(openMailbox(source, a.words.join(" "), { origin, today }), { code });
  }
  server.cases.set(a.caseId, first);
  assert.equal((await openMailbox(source, a.words.join(" "), { origin, today })).state.case, a.caseId);
});

test("a recused case is gone from the queue for good, and an unclaimed one is drawn after a new start without reading the stream again", async () => {
  const { server, source, api } = set();
  const tips = [await sendTip(await prepareTip(input(), random), source, random), await sendTip(await prepareTip(input(), random), source, random)];
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  assert.equal(ring.cases.length, 2);
  const saved = await saveRing(api, lead, await recuse(api, lead, ring, tips[0]?.caseId ?? "", { text: "", today }, random), random);
  const again = { ...lead };
  const asked = server.requests.length;
  const found = await findCases(api, again, await loadRing(api, again));
  assert.deepEqual(found.rows.map((row) => [row.caseId, row.via, row.channel, row.sheet?.title, row.sheet?.day]), [[tips[1]?.caseId, "stream", world.content.channels[0]?.id, "Falsified tests", today]]);
  assert.deepEqual(server.requests.slice(asked).map((request) => request.path), ["/api/desk/keyring", "/api/desk/channels", "/api/desk/cases", "/api/desk/inbox"]);
  assert.equal(found.changed, false);
  // What a desk asks for does not depend on whether it holds an unclaimed case.
  server.person = deskOf(1).person.id;
  assert.deepEqual(found.channels, (await findCases(api, deskOf(1), emptyRing)).channels);
  server.person = lead.person.id;
  assert.deepEqual(saved.recused, [tips[0]?.caseId]);
  assert.deepEqual((await findCases(api, again, { ...emptyRing, recused: saved.recused })).ring.cases.map((c) => c.case), [tips[1]?.caseId]);
  await assert.rejects(saveRing(api, again, ring, random), { code: "stale" });
});

test("a case whose first message was swapped for another, or is withheld, is refused by whoever opened it before", async () => {
  const { server, source, api } = set();
  const sent = await sendTip(await prepareTip(input(), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  const pinned = pinCase(ring, await openCase(api, lead, ring, sent.caseId));
  const saved = await loadRing(api, lead, {}).then(() => saveRing(api, lead, pinned, random)).then(() => loadRing(api, lead));
  assert.equal(saved.cases[0]?.first?.hash, ciphertextHash(server.cases.get(sent.caseId)?.messages[0]?.ciphertext ?? new Uint8Array(0)));
  assert.equal(pinCase(saved, await openCase(api, lead, saved, sent.caseId)), saved);

  swapFirst(server, sent.caseId, lead, ring, []);
  assert.deepEqual((await openCase(api, lead, ring, sent.caseId)).problems, ["sheet-signature-invalid"]); // what the pin is for
  await assert.rejects(openCase(api, lead, saved, sent.caseId), { code: "case-differs" });
  server.cases.get(sent.caseId)?.messages.splice(0);
  await assert.rejects(openCase(api, lead, saved, sent.caseId), { code: "case-differs" });
  // Another device that found the same case and did not open it takes nothing away.
  assert.deepEqual(mergeRings({ ...ring, version: 7 }, saved).cases, saved.cases);
});

test("a case that a colleague gave is refused where the first message names others left out, other readers or another source than was signed", async () => {
  const newcomer = deskOf(2);
  const [, left] = world.people;
  assert.ok(left !== undefined);
  const late = { ...world.directory, content: { ...world.content, people: world.content.people.map((p) => (p.id === newcomer.person.id ? { ...p, from: today + 1 } : p)) } };
  const { server, source, api } = set();
  const sent = await sendTip(await prepareTip(input({ directory: late, unticked: [left.person.id] }), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring: leads } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, leads, sent.caseId);
  await grantCase(api, lead, await openCase(api, lead, leads, sent.caseId), newcomer.person, { text: "x", lang: "en", today }, random);
  server.person = newcomer.person.id;
  const { ring } = await findCases(api, newcomer, emptyRing);
  const granted = ring.cases[0]?.granted;
  assert.deepEqual(granted?.excluded, [readerName(left.person)]);
  await claimCase(api, newcomer, ring, sent.caseId);
  const opened = await openCase(api, newcomer, ring, sent.caseId);
  assert.equal(grantProblem(opened, newcomer, left.person, today), "excluded");
  // The grant says the same after the ring was sealed and opened again.
  await saveRing(api, newcomer, ring, random);
  assert.deepEqual((await loadRing(api, newcomer)).cases, ring.cases);

  const changes: readonly NonNullable<typeof granted>[] = [
    { ...granted, excluded: [] },
    { ...granted, excluded: [...granted.excluded, readerName(newcomer.person)] },
    { ...granted, readers: [] },
    { ...granted, signing: base64url(newcomer.signing.publicKey) },
    { ...granted, reply: "00".repeat(16) },
  ];
  for (const change of changes) {
    const other = { ...ring, cases: ring.cases.map((entry) => ({ ...entry, granted: change })) };
    await assert.rejects(openCase(api, newcomer, other, sent.caseId), { code: "case-differs" });
  }
  // A first message of the server's own, with nobody left out: it would have let the left-out colleague in.
  swapFirst(server, sent.caseId, lead, leads, []);
  await assert.rejects(openCase(api, newcomer, ring, sent.caseId), { code: "case-differs" });
});

/** What somebody with the case recipient could make: a first message by a source of their own. */
function swapFirst(server: TestServer, caseId: string, desk: Desk, ring: Ring, excluded: readonly string[]): void {
  const stored = server.cases.get(caseId);
  assert.ok(stored !== undefined);
  const key = keyOf(ring, caseId);
  const self = signingKey(random(32));
  const { v: _v, sig: _sig, ...first } = openMessage(stored.messages[0]?.ciphertext ?? new Uint8Array(0), key.identity);
  assert.ok(first.source !== undefined);
  const ciphertext = sealMessage({ ...first, source: { ...first.source, signing: base64url(self.publicKey), excluded } }, { recipient: key.identity.recipient, reply: undefined }, desk.directory.root, self, random);
  stored.messages.splice(0, 1, { dir: "source", seq: 1, day: today, ciphertext, attachments: [], author: "source" });
}

test("a colleague outside the first readers gets the case by a grant, and the source is told", async () => {
  const { server, source, api } = set();
  const newcomer = deskOf(2);
  // Not ticked and not left out: not yet valid when the tip was written.
  const late = { ...world.directory, content: { ...world.content, people: world.content.people.map((p) => (p.id === newcomer.person.id ? { ...p, from: today + 1 } : p)) } };
  const sent = await sendTip(await prepareTip(input({ directory: late }), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  await grantCase(api, lead, await openCase(api, lead, ring, sent.caseId), newcomer.person, { text: "C. Ito joins.", lang: "en", today }, random);

  server.person = newcomer.person.id;
  const found = await findCases(api, newcomer, emptyRing);
  assert.deepEqual(found.rows.map((row) => [row.caseId, row.via]), [[sent.caseId, "grant"]]);
  await saveRing(api, newcomer, found.ring, random);
  assert.deepEqual(server.inbox.get(newcomer.person.id), []);
  await claimCase(api, newcomer, found.ring, sent.caseId);
  const opened = await openCase(api, newcomer, found.ring, sent.caseId);
  assert.equal(opened.letters[0]?.text, sentinel);
  assert.ok(opened.readers.some((reader) => reader.startsWith(newcomer.person.id)));
  const mailbox = await openMailbox(source, sent.words.join(" "), { origin, today });
  assert.deepEqual(mailbox.letters.map((l) => l.kind), ["text", "reader"]);

  // A grant in the inbox that is not what it says is refused by name and changes nothing.
  server.inbox.set(newcomer.person.id, [{ id: "ab".repeat(16), from: lead.person.id, ciphertext: "AAAA" }]);
  assert.deepEqual((await findCases(api, newcomer, emptyRing)).refused, [{ id: "ab".repeat(16), from: lead.person.id, problem: "sealed-unreadable" }]);
});

test("errors carry a stable code and nothing of the tip", () => {
  const error = new WhistleError("network");
  assert.equal(String(error), "WhistleError: network");
});

test("a report that the team files is one case among others, opened by its filer, with the day on which it reached the team", async () => {
  const { server, source, api } = set();
  const lead = deskOf(0);
  const left = world.people[1]?.person;
  assert.ok(left !== undefined);
  server.person = lead.person.id;
  const filing = { received: today - 3, note: "By telephone.", tip: input({ today, unticked: [left.id], identity: undefined, copy: "none" }) };
  await assert.rejects(prepareFiling(lead, { ...filing, received: today + 1 }, random), { code: "receipt-later" });
  await assert.rejects(prepareFiling(lead, { ...filing, tip: { ...filing.tip, unticked: [lead.person.id] } }, random), { code: "excluded" });
  await assert.rejects(prepareFiling(deskOf(3), filing, random), { code: "not-in-channel" });

  const prepared = await prepareFiling(lead, filing, random);
  server.lose = { path: /tips/, when: "after" };
  await assert.rejects(sendFiling(source, emptyRing, prepared, random), { code: "network" });
  let ring = await sendFiling(source, emptyRing, prepared, random);
  ring = await sendFiling(source, ring, prepared, random);
  assert.equal(server.cases.size, 1);
  ring = await saveRing(api, lead, ring, random);
  const filed = await completeFiling(api, lead, ring, prepared, random);
  assert.equal(filed.received, today - 3);

  const opened = await openCase(api, lead, ring, prepared.caseId);
  assert.deepEqual(opened.problems, []);
  assert.deepEqual(opened.notes.map(({ text, author, problem }) => [text, author?.id, problem]), [["By telephone.", lead.person.id, undefined]]);
  assert.deepEqual(opened.excluded, [readerName(left)]);
  // What was sent before the claim says nothing of who filed it.
  for (const request of server.requests.filter(({ path }) => path.startsWith("/api/source"))) {
    assert.ok(!new TextDecoder("latin1").decode(request.body).includes(lead.person.id), request.path);
    assert.equal(request.credentials, "omit");
  }
  assert.equal((await openMailbox(source, prepared.words.join(" "), { origin, today })).case.received, today - 3);
});
