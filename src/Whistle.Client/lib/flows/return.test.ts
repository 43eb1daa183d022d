import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyRing, keyOf } from "../desk/keyring.ts";
import { codeOf } from "../errors.ts";
import { ciphertextHash, noHash, openMessage } from "../message.ts";
import { signingKey } from "../sign.ts";
import { joinNote, parseNote, signNote } from "../signedNote.ts";
import { sourceApi } from "../sourceApi.ts";
import type { TestServer } from "../server.testing.ts";
import type { Copy } from "../types.ts";
import { directoryNote, origin, today } from "../world.testing.ts";
import { claimCase, findCases, openCase, prepareReply, sendReply } from "./desk.ts";
import { deskOf, input, random, set, world } from "./job.testing.ts";
import { openMailbox, prepareLetter, refreshMailbox, sendLetter } from "./mailbox.ts";
import { prepareTip, sendTip } from "./submit.ts";

// What a source coming back takes for true, and what it writes after.

async function sent(copy: Copy = "none") {
  const parts = set();
  const tip = await sendTip(await prepareTip(input({ copy }), random), parts.source, random);
  const stored = () => {
    const found = parts.server.cases.get(tip.caseId);
    assert.ok(found !== undefined);
    return found;
  };
  const words = tip.words.join(" ");
  return { ...parts, caseId: tip.caseId, words, stored, open: () => openMailbox(parts.source, words, { origin, today }) };
}

/** The lead's answers, and the key of the case. */
async function answered({ server, api, caseId }: Awaited<ReturnType<typeof sent>>, texts: readonly string[]) {
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, caseId);
  for (const text of texts) {
    const opened = await openCase(api, lead, ring, caseId);
    await sendReply(api, opened, await prepareReply(lead, opened, { text, files: [], lang: "en", today, counts: "none" }, random));
  }
  return keyOf(ring, caseId).identity;
}

const letter = { text: "More.", files: [], lang: "en", today };

test("a promise is held against the log key of the directory that was sealed to, which may have been replaced since", async () => {
  const { server, stored, open } = await sent();
  const log = signingKey(random(32));
  server.directory = directoryNote({ ...world.content, version: world.content.version + 1, previous: world.directory.hash, log: { name: "localhost", key: log.publicKey } }, world.roots);
  await assert.rejects(open(), { code: "promise-invalid" }); // a server that does not have it can't prove what it promised
  server.directories.set(world.directory.hash, world.directory.note);
  assert.equal((await open()).promise.day, today);
  const { text } = parseNote(stored().promise);
  server.cases.set(stored().manifest.case, { ...stored(), promise: joinNote(text, [signNote(text, "localhost", log)]) });
  await assert.rejects(open(), { code: "promise-invalid" });
});

test("a mailbox whose case or channel is not the one of the state is refused", async () => {
  const { server, words, stored } = await sent();
  for (const [member, value] of [["channel", stored().manifest.channel], ["id", stored().manifest.case]] as const) {
    const api = sourceApi({ base: origin, fetch: lying(server, `"${member}":"${value}"`, `"${member}":"${"ab".repeat(16)}"`) });
    await assert.rejects(openMailbox(api, words, { origin, today }), { code: "state-invalid" }, member);
  }
});

function lying(server: TestServer, from: string, to: string): typeof globalThis.fetch {
  return async (request, init) => {
    const answer = await server.fetch(request, init);
    return String(request).endsWith("/api/source/mailbox") ? new Response((await answer.text()).replace(from, to), answer) : answer;
  };
}

test("a letter says that its writer has seen the replies that held, and none that stands on one that did not", async () => {
  const mailbox = await sent();
  const identity = await answered(mailbox, ["one", "two", "three"]);
  const whole = [...mailbox.stored().messages];
  const seen = async () => openMessage((await prepareLetter(await mailbox.open(), letter, random)).secret.ciphertext, identity).seen;
  const nth = (n: number) => ({ seq: n, hash: n === 0 ? noHash : ciphertextHash(whole[n]?.ciphertext ?? new Uint8Array(0)) });
  assert.deepEqual(await seen(), nth(3));
  for (const [broken, verified] of [[3, 2], [2, 1], [1, 0]] as const) {
    mailbox.stored().messages.splice(0, 9, ...whole.map((m, i) => (i === broken ? { ...m, ciphertext: m.ciphertext.map((b, at) => (at === 5000 ? b ^ 1 : b)) } : m)));
    assert.deepEqual(await seen(), nth(verified));
  }
  // One that is signed and in its place, after one that is signed by nobody of the team.
  mailbox.stored().messages.splice(0, 9, ...whole);
  mailbox.server.directory = directoryNote({ ...world.content, version: world.content.version + 1, previous: world.directory.hash, people: world.content.people.filter((p) => p.id !== deskOf(0).person.id), channels: world.content.channels.map((channel) => ({ ...channel, readers: channel.readers.slice(1) })) }, world.roots);
  assert.deepEqual(await seen(), nth(0));
});

test("nothing is written after a letter of one's own that does not hold: missing, or kept as a copy and not opening", async () => {
  for (const [copy, act, code] of [
    ["none", "alter", undefined], // without a copy nobody but the team can tell
    ["none", "drop", "thread-unverified"],
    ["kept", "alter", "thread-unverified"],
    ["kept", "drop", "thread-unverified"],
  ] as const) {
    const { source, stored, open } = await sent(copy);
    for (const text of ["second", "third"]) {
      const mailbox = await open();
      await sendLetter(source, mailbox, await prepareLetter(mailbox, { ...letter, text }, random), random);
    }
    const whole = await refreshMailbox(source, await open(), today);
    assert.ok(whole.letters.every((l) => l.status === (copy === "kept" ? "readable" : "no-copy")));
    const [first, second, third] = stored().messages;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const changed = act === "drop" ? [first, third] : [first, second, { ...third, ciphertext: third.ciphertext.map((b, at) => (at === 5000 ? b ^ 1 : b)) }];
    stored().messages.splice(0, 9, ...changed);
    const outcome = await prepareLetter(await open(), letter, random).then(() => undefined, codeOf);
    assert.equal(outcome, code, `${copy} ${act}`);
  }
});
