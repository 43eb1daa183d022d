import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRecipient, encodeRecipient, newIdentity } from "../age.ts";
import { hex } from "../bytes.ts";
import { emptyRing, keyOf } from "../desk/keyring.ts";
import { acceptDirectory, readerName, type Channel, type Directory, type Person } from "../directory.ts";
import { openMessage, sealMessage } from "../message.ts";
import { signingKey } from "../sign.ts";
import { maxNamed } from "../types.ts";
import { directoryNote, origin, today } from "../world.testing.ts";
import { claimCase, findCases, grantCase, grantProblem, openCase, prepareReply, proposeSummary, sendReply, type Desk, type DeskFile } from "./desk.ts";
import { deskOf, file, input, random, set, world } from "./job.testing.ts";
import { openMailbox } from "./mailbox.ts";
import { audienceOf, prepareTip, sendTip, tipProblems } from "./submit.ts";

// Who is left out stays out: in the tip, in grants, in replies and in summaries.

const [lead, reviewer, newcomer, approver, custodian] = world.people.map((entry) => entry.person) as [Person, Person, Person, Person, Person];
const [works] = world.content.channels as [Channel];

/** A new person of the world's organisation, who reads nothing yet. */
function somebody(name: string, change: Partial<Person> = {}): Person {
  return { ...reviewer, id: hex(random(16)), name, recipient: encodeRecipient(newIdentity(random).recipient), signing: signingKey(random(32)).publicKey, ...change };
}

/** The world's directory with other people, or with another channel, properly signed. */
function organised(people: readonly Person[], channel: Partial<Channel> = {}, more: readonly Channel[] = []): { readonly directory: Directory; readonly channel: Channel } {
  const changed = { ...works, ...channel };
  const directory = acceptDirectory(directoryNote({ ...world.content, people, channels: [changed, ...more] }, world.roots), { origin, today });
  return { directory, channel: changed };
}

/** A case as the lead has opened it. */
async function opened(unticked: readonly string[], desk: Desk = deskOf(0), { directory, channel } = { directory: world.directory, channel: works }): Promise<{ readonly file: DeskFile } & ReturnType<typeof set> & { readonly words: string; readonly reopen: () => Promise<DeskFile> }> {
  const parts = set();
  parts.server.directory = directory.note;
  const sent = await sendTip(await prepareTip(input({ unticked, directory, channel }), random), parts.source, random);
  parts.server.person = desk.person.id;
  const { ring } = await findCases(parts.api, desk, emptyRing);
  await claimCase(parts.api, desk, ring, sent.caseId);
  const reopen = () => openCase(parts.api, desk, ring, sent.caseId);
  return { ...parts, file: await reopen(), words: sent.words.join(" "), reopen };
}

test("whoever of the channel is unticked is left out: also a reader to whom nothing can be sealed yet, a custodian and an approver", () => {
  const [late, elsewhere] = [{ ...newcomer, from: today + 1 }, somebody("N. Petit")];
  const { directory, channel } = organised([lead, reviewer, late, approver, custodian, elsewhere]);
  const unticked = [late.id, custodian.id, approver.id, elsewhere.id];
  const { chosen, excluded } = audienceOf({ directory, channel, unticked, today });
  assert.deepEqual(excluded.map((reader) => reader.split("/")[0]), [late.id, approver.id, custodian.id, "recovery"]); // a holder of recovery is among them
  assert.deepEqual(chosen.map((receiver) => receiver.id), [lead.id, reviewer.id]);
  const named = { name: "n", contact: "", custodians: [custodian.id] };
  assert.deepEqual(tipProblems(input({ directory, channel, identity: named })), []);
  assert.deepEqual(tipProblems(input({ directory, channel, unticked, identity: named })), ["custodian-unknown"]);
});

test("the key of somebody left out is not sealed to under another name, nor as recovery", () => {
  const twin = somebody("Another name", { recipient: reviewer.recipient });
  // No directory that is accepted lists one key twice; should that rule ever fail, this one holds.
  const channel = { ...works, readers: [lead.id, reviewer.id, twin.id] };
  const directory = { ...world.directory, content: { ...world.content, people: [lead, reviewer, approver, custodian, twin], channels: [channel] } };
  assert.deepEqual(audienceOf({ directory, channel, unticked: [reviewer.id], today }).chosen.map((receiver) => receiver.id), [lead.id, "recovery"]);
  const recovery = { recipient: reviewer.recipient, threshold: 1, holders: [{ name: "Dr. Kern", place: "outside" as const }] };
  const same = { ...directory, content: { ...directory.content, recovery } };
  const { chosen, excluded } = audienceOf({ directory: same, channel, unticked: [reviewer.id], today });
  assert.deepEqual(chosen.map((receiver) => receiver.id), [lead.id]);
  assert.ok(excluded.some((reader) => reader.startsWith("recovery/")));
});

test("a tip that names as many people as it can keeps them all, beside the longest text, and one more is refused", async () => {
  const crowd = (n: number, role: Person["role"]) => Array.from({ length: n }, (_, i) => somebody(`${role} ${i}`, { role }));
  const [readers, custodians, approvers] = [crowd(14, "reviewer"), crowd(8, "custodian"), crowd(8, "approver")];
  const people = [lead, ...readers, ...custodians, ...approvers];
  const ids = (list: readonly Person[]) => list.map((person) => person.id);
  const { directory, channel } = organised(people, { readers: ids([lead, ...readers]), custodians: ids(custodians), approvers: ids(approvers) });
  const all = ids([...readers, ...custodians, ...approvers]);
  assert.equal(all.length, maxNamed - 1);
  assert.deepEqual(tipProblems(input({ directory, channel, unticked: [...all, "recovery"] })), ["too-many-left-out"]); // the lead, 30 people and recovery
  await assert.rejects(prepareTip(input({ directory, channel, unticked: all }), random), { code: "too-many-left-out" }); // ticked or not, recovery is named

  const unticked = all.slice(0, -1); // a ticked approver is not named
  const asked = input().questionnaire;
  const questionnaire = { ...asked, questions: asked.questions.map((question) => ({ ...question, max: 65_536 })) };
  const written = (length: number) => input({ directory, channel, unticked, questionnaire, answers: [{ q: "title", values: ["T"] }, { q: "what", values: ["x".repeat(length)] }, { q: "how", values: ["saw"] }] });
  let [longest, tooLong] = [0, 65_536];
  while (tooLong - longest > 1) {
    const middle = (longest + tooLong) >> 1;
    [longest, tooLong] = tipProblems(written(middle)).length === 0 ? [middle, tooLong] : [longest, middle];
  }
  assert.ok(longest > 59_000);
  const { server, source, api } = set();
  server.directory = directory.note;
  const sent = await sendTip(await prepareTip(written(longest), random), source, random);
  const { state } = await openMailbox(source, sent.words.join(" "), { origin, today });
  assert.equal(state.readers.length + state.excluded.length, maxNamed);
  assert.deepEqual(state.excluded, people.filter((person) => unticked.includes(person.id)).map(readerName));
  const desk = { ...deskOf(0), directory };
  const { ring } = await findCases(api, desk, emptyRing);
  await claimCase(api, desk, ring, sent.caseId);
  assert.deepEqual((await openCase(api, desk, ring, sent.caseId)).excluded, state.excluded);
});

test("only a reader of the channel is given a case, whatever the server calls its channel", async () => {
  const [outsider, second] = [somebody("N. Petit"), somebody("J. Novak")];
  const other = { ...works, id: hex(random(16)), readers: [outsider.id], approvers: [], custodians: [] };
  const organisation = organised([...world.content.people, outsider, second], { readers: [...works.readers, second.id] }, [other]);
  const desk = { ...deskOf(0), directory: organisation.directory };
  const { api, file } = await opened([second.id], desk, organisation);
  assert.equal(grantProblem(file, desk, outsider, today), "not-in-channel");
  await assert.rejects(grantCase(api, desk, file, outsider, { text: "x", lang: "en", today }, random), { code: "not-in-channel" });
  const elsewhere = { ...file, server: { ...file.server, case: { ...file.server.case, channel: other.id } } };
  assert.equal(grantProblem(elsewhere, desk, outsider, today), "not-in-channel");
  assert.equal(grantProblem(file, desk, second, today), "excluded");
  assert.equal(grantProblem({ ...file, excluded: [] }, desk, second, today), undefined);
  assert.equal(grantProblem({ ...file, excluded: [] }, desk, second, second.until + 1), "not-valid-now");
  assert.equal(grantProblem(file, desk, { ...outsider, recipient: second.recipient }, today), "excluded"); // the key of somebody left out
});

test("a summary goes to nobody left out, by person or by key, to nobody not valid, and not under an expired directory", async () => {
  const { api, file } = await opened([approver.id]);
  const propose = (approvers: readonly Person[], day = today) =>
    proposeSummary(api, deskOf(0), file, { category: "safety", severity: "high", outcome: "open", lang: "en", title: "T", text: "Redacted.", today: day, approvers }, random);
  await assert.rejects(propose([reviewer, approver]), { code: "excluded" });
  await assert.rejects(propose([somebody("Another name", { recipient: approver.recipient })]), { code: "excluded" });
  await assert.rejects(propose([reviewer, { ...newcomer, from: today + 1 }]), { code: "not-valid-now" });
  await assert.rejects(propose([{ ...newcomer, until: today - 1 }]), { code: "not-valid-now" });
  await assert.rejects(propose([reviewer], world.content.expires + 1), { code: "directory-expired" });
  assert.match(await propose([reviewer]), /^[0-9a-f]{32}$/);
});

test("a file that another client named or typed is shown under a clean name and type, on both sides", async () => {
  const { server, source, api, file: before, words, reopen } = await opened([]);
  const desk = deskOf(0);
  await sendReply(api, before, await prepareReply(desk, before, { text: "See", files: [file("a.txt", "a")], lang: "en", today, counts: "none" }, random));
  const stored = server.cases.get(before.caseId);
  const reply = stored?.messages[1];
  assert.ok(stored !== undefined && reply !== undefined);
  const { identity } = keyOf((await findCases(api, desk, emptyRing)).ring, before.caseId);
  const { v: _v, sig: _sig, ...message } = openMessage(reply.ciphertext, identity);
  const attachments = message.attachments.map((attachment) => ({ ...attachment, name: "../gnp.\u202Eexe\n.pdf", type: "text/html;charset=x\r\nX: y" }));
  const ciphertext = sealMessage({ ...message, attachments }, { recipient: identity.recipient, reply: decodeRecipient(before.secret.source?.reply ?? "") }, desk.directory.root, desk.signing, random);
  stored.messages.splice(1, 1, { ...reply, ciphertext });
  const letters = [(await reopen()).letters[1], (await openMailbox(source, words, { origin, today })).letters[1]];
  assert.deepEqual(letters.map((letter) => [letter?.status, letter?.files.map(({ name, type }) => [name, type])]), Array(2).fill(["readable", [["gnp.exe.pdf", "application/octet-stream"]]]));
});
