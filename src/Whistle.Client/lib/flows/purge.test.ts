import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalText, parseCanonical } from "../jcs.ts";
import { utf8 } from "../bytes.ts";
import { asObject } from "../shape.ts";
import { emptyRing } from "../desk/keyring.ts";
import { parseProposal, type PurgeGround } from "../desk/summary.ts";
import { readerName } from "../directory.ts";
import { WhistleError } from "../errors.ts";
import { purgedBy, type Tombstone } from "../tombstone.ts";
import type { Copy } from "../types.ts";
import { Versions } from "../versions.ts";
import { origin, today } from "../world.testing.ts";
import { approvePurge, claimCase, findCases, loadApprovals, openCase, prepareReply, proposePurge, sendReply } from "./desk.ts";
import { deskOf, file, input, random, set, world } from "./job.testing.ts";
import { openLetterFile, openMailbox, prepareLetter, refreshMailbox, sendLetter } from "./mailbox.ts";
import { prepareTip, sendTip } from "./submit.ts";

// What two people have deleted, as both sides read it (SPEC 12.2).

const [lead, , , approver] = [0, 1, 2, 3].map(deskOf);

/** A tip with a file, two letters after it, and the lead at the case. */
async function conversation(copy: Copy) {
  assert.ok(lead !== undefined && approver !== undefined);
  const { server, source, api } = set();
  const tip = await sendTip(await prepareTip(input({ copy, files: [file("a.txt", "Not about it.")] }), random), source, random);
  const words = tip.words.join(" ");
  let mailbox = await openMailbox(source, words, { origin, today });
  for (const text of ["My colleague is ill.", "Look at the tests of March."]) {
    await sendLetter(source, mailbox, await prepareLetter(mailbox, { text, files: [], lang: "en", today }, random), random);
    mailbox = await refreshMailbox(source, mailbox, today);
  }
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, tip.caseId);
  const open = () => openCase(api, lead, ring, tip.caseId);
  const purge = async (target: string, ground: PurgeGround = "special-category") => {
    const id = await proposePurge(api, lead, await open(), { target, ground, text: "Somebody's health.", lang: "en", today, approvers: [approver.person] }, random);
    const waiting = (await loadApprovals(api, approver)).find(({ server: item }) => item.id === id);
    assert.ok(waiting?.kind === "purge" && waiting.text?.ground === ground, waiting?.problem);
    await approvePurge(api, approver, waiting);
  };
  return { server, source, api, caseId: tip.caseId, open, purge, refresh: () => refreshMailbox(source, mailbox, today), stored: () => server.cases.get(tip.caseId)! };
}

const statuses = (letters: readonly { readonly dir: string; readonly seq: number; readonly status: string }[]) =>
  letters.filter(({ dir }) => dir === "source").sort((a, b) => a.seq - b.seq).map(({ status }) => status);

for (const copy of ["kept", "none"] as const) {
  test(`a letter that two people deleted keeps its place in the chain, and both sides write on (copy ${copy})`, async () => {
    assert.ok(lead !== undefined);
    const { api, source, open, purge, refresh } = await conversation(copy);
    const own = copy === "kept" ? "readable" : "no-copy";
    const before = await open();
    const second = before.letters.find(({ dir, seq }) => dir === "source" && seq === 2);
    assert.equal(second?.text, "My colleague is ill.");

    await purge(second.hash);

    const after = await open();
    assert.deepEqual([statuses(after.letters), after.problems], [["readable", "purged", "readable"], []]);
    assert.equal(after.letters.find(({ seq, dir }) => dir === "source" && seq === 2)?.text, "");
    assert.deepEqual(after.purges.map(({ target, approver: by, proposer, text }) => [target, by?.name, proposer?.name, text?.text]), [[second.hash, "D. Okafor", "R. Moreau", "Somebody's health."]]);
    await sendReply(api, after, await prepareReply(lead, after, { text: "Thank you.", files: [], lang: "en", today, counts: "none" }, random));
    const mailbox = await refresh();
    assert.deepEqual(statuses(mailbox.letters), [own, "purged", own]);
    const { purge: told } = mailbox.letters.find(({ status }) => status === "purged")!;
    assert.deepEqual([told?.day, told?.by.map(({ name }) => name)], [today, ["R. Moreau", "D. Okafor"]]);
    await sendLetter(source, mailbox, await prepareLetter(mailbox, { text: "One more.", files: [], lang: "en", today }, random), random);
    assert.deepEqual([statuses((await refresh()).letters), statuses((await open()).letters)], [[own, "purged", own, own], ["readable", "purged", "readable", "readable"]]);

    // The newest is gone: what is written next follows its hash.
    await purge((await open()).letters.filter(({ dir }) => dir === "source").at(-1)!.hash);
    const again = await refresh();
    await sendLetter(source, again, await prepareLetter(again, { text: "And on.", files: [], lang: "en", today }, random), random);
    assert.deepEqual(statuses((await open()).letters), ["readable", "purged", "readable", "purged", "readable"]);
  });
}

test("files go without their letter, which says so", async () => {
  const { server, source, open, purge, refresh } = await conversation("kept");
  const [first] = (await open()).letters;
  const [sent] = first?.files ?? [];
  assert.ok(sent !== undefined && !sent.gone);

  await purge(sent.cipher, "irrelevant");
  server.uploads.clear();

  const after = (await open()).letters[0];
  assert.deepEqual([after?.status, after?.files.map(({ name, gone }) => [name, gone])], ["readable", [["a.txt", true]]]);
  const mailbox = await refresh();
  assert.equal(mailbox.letters[0]?.files[0]?.gone, true);
  await assert.rejects(openLetterFile(source, mailbox, sent), { code: "not-found" });
});

test("a server that withholds a letter cannot pass it off as deleted", async () => {
  assert.ok(lead !== undefined && approver !== undefined);
  const { open, purge, refresh, stored, caseId } = await conversation("kept");
  const hash = (await open()).letters.find(({ dir, seq }) => dir === "source" && seq === 2)!.hash;
  await purge(hash);
  const [done] = stored().purges;
  assert.ok(done?.approval !== undefined);
  const stone: Tombstone = { proposal: done.proposal, approval: done.approval };
  const versions = new Versions(world.directory);
  const of = async (one: Tombstone, about = caseId, excluded: readonly string[] = [], since = 0) => [...(await purgedBy([one], about, versions, since, excluded)).keys()];
  assert.deepEqual(await of(stone), [hash]);

  const changed = (text: string, member: string, value: string | number) => canonicalText({ ...asObject(parseCanonical(utf8(text))), [member]: value });
  const target = "ab".repeat(32);
  for (const [name, one, about, excluded] of [
    ["another target", { ...stone, proposal: changed(stone.proposal, "target", target) }],
    ["another directory", { ...stone, proposal: changed(stone.proposal, "directory", target) }],
    ["another approver", { ...stone, approval: changed(stone.approval, "approver", deskOf(1).person.id) }],
    ["approved by the proposer", { ...stone, approval: changed(stone.approval, "approver", lead.person.id) }],
    ["a member too many", { ...stone, approval: changed(stone.approval, "more", 1) }],
    ["no approval", { ...stone, approval: stone.proposal }],
    ["another case", stone, "cd".repeat(16)],
    ["a proposer whom the source left out", stone, caseId, [readerName(lead.person)]],
    ["an approver whom the source left out", stone, caseId, [readerName(approver.person)]],
  ] as const) {
    assert.deepEqual(await of(one, about, excluded), [], name);
  }
  // Two who had left when the source first wrote are nobody; and a server that cannot be reached deletes nothing.
  assert.deepEqual([await of(stone, caseId, [], world.content.version), await of(stone, caseId, [], world.content.version + 1)], [[hash], []]);
  const cut = new Versions({ ...world.directory, hash: target }, () => Promise.reject(new WhistleError("network")));
  await assert.rejects(purgedBy([stone], caseId, cut, 0, []), { code: "network" });
  // Without the stone the letter is missing, and what follows stands on nothing.
  stored().purges.splice(0);
  assert.deepEqual([statuses((await refresh()).letters), statuses((await open()).letters)], [["readable", "chain-broken", "chain-broken"], ["readable", "chain-broken", "chain-broken"]]);
});

test("the first letter and those of the team are never taken for deleted", async () => {
  assert.ok(lead !== undefined);
  const { api, open, purge, refresh, stored } = await conversation("kept");
  const file1 = await open();
  await sendReply(api, file1, await prepareReply(lead, file1, { text: "Thank you.", files: [], lang: "en", today, counts: "none" }, random));
  const { letters } = await open();
  for (const { hash } of [letters[0]!, letters.find(({ dir }) => dir === "team")!]) {
    const kept = structuredClone(stored().messages);
    await purge(hash);
    // As an honest server would: it deletes neither. A dishonest one shows the stone alone.
    assert.ok(stored().messages.some((one) => one.hash === hash));
    stored().messages.splice(0, Infinity, ...kept.map((one) => ({ ...one })));
    const mailbox = await refresh();
    assert.ok(mailbox.letters.every(({ status }) => status === "readable"));
  }
  assert.equal(parseProposal(stored().purges[0]!.proposal, "purge").purge?.directory, world.directory.hash);
});
