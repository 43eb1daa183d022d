import assert from "node:assert/strict";
import { test } from "node:test";
import type { TeamQuestion } from "../questions.ts";
import { today, origin } from "../world.testing.ts";
import { sourceWords } from "../../desk/model/report.ts";
import { toView } from "../../desk/reviewer/view.ts";
import { addNote, claimCase, dutiesOf, emptyRing, fieldsOf, findCases, openCase, prepareReply, sendReply, type ReplyInput } from "./desk.ts";
import { deskOf, input, random, set } from "./job.testing.ts";
import { openMailbox, prepareLetter, refreshMailbox, sendLetter } from "./mailbox.ts";
import { prepareTip, sendTip } from "./submit.ts";

async function conversation() {
  const { server, source, api } = set();
  const prepared = await prepareTip(input({ copy: "kept" }), random);
  const { words, caseId } = await sendTip(prepared, source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, caseId);
  const read = () => openCase(api, lead, ring, caseId);
  const write = async (reply: Partial<ReplyInput>): Promise<void> => {
    const file = await read();
    await sendReply(api, file, await prepareReply(lead, file, { text: "A letter.", files: [], lang: "en", today, counts: "none", ...reply }, random));
  };
  const view = async (language = "en") => toView(await read(), { desk: lead, documents: undefined, language, today });
  const mailbox = await openMailbox(source, words.join(" "), { origin, today });
  return { server, source, api, lead, read, write, view, mailbox, refresh: () => refreshMailbox(source, mailbox, today) };
}

test("the source answers the team's questions in a form, and each answer stands beside its question", async () => {
  const { source, write, view, refresh } = await conversation();
  const questions: TeamQuestion[] = [{ type: "choice", label: "Where was it?", options: ["line 1", "line 2"] }, { type: "date", label: "Since when?" }, { type: "text", label: "Who else knows?" }];
  await write({ questions });
  const mailbox = await refresh();
  const [asks] = mailbox.letters.filter(({ dir }) => dir === "team");
  assert.ok(asks !== undefined);
  assert.deepEqual(asks.questions, questions);
  assert.equal((await view()).letters.at(-1)?.received, "no");

  const answers = [{ q: "1", values: ["line 2"] }, { q: "2", values: ["2025-11"] }, { q: "9", values: ["stray"] }];
  await sendLetter(source, mailbox, await prepareLetter(mailbox, { text: "", files: [], lang: "de", today, about: asks, answers }, random), random);
  const seen = await view();
  assert.deepEqual(seen.letters.at(-1)?.answers, [
    { question: "Where was it?", values: ["line 2"] },
    { question: "Since when?", values: ["November 2025"] },
    { question: "9", values: ["stray"] },
  ]);
  assert.equal(seen.letters.find(({ dir }) => dir === "team")?.received, today, "its signed answer says that it had read the letter");
  assert.equal(seen.sourceLang, "de", "the next letter is written in the language of the last");
});

test("an answer that names another letter than it read breaks the chain", async () => {
  const { source, write, read, refresh } = await conversation();
  await write({ questions: [{ type: "yesno", label: "Seen?" }] });
  const mailbox = await refresh();
  const letter = { seq: 1, hash: "ab".repeat(32) };
  await sendLetter(source, mailbox, await prepareLetter(mailbox, { text: "", files: [], lang: "en", today, about: letter, answers: [{ q: "1", values: ["yes"] }] }, random), random);
  const status = (letters: readonly { readonly dir: string; readonly seq: number; readonly status: string }[]) => letters.find(({ dir, seq }) => dir === "source" && seq === 2)?.status;
  assert.equal(status((await read()).letters), "chain-broken");
  assert.equal(status((await refresh()).letters), "chain-broken");
  await assert.rejects(prepareLetter(await refresh(), { text: "More.", files: [], lang: "en", today }, random), { code: "thread-unverified" });
  assert.equal(mailbox.letters.at(-1)?.questions.length, 1);
});

test("a transcript is confirmed or corrected under the source's signature", async () => {
  const { source, write, view, refresh } = await conversation();
  await write({ text: "You said that the tests were never run.", transcript: true, questions: [{ type: "text", label: "never sent with a transcript" }] });
  const mailbox = await refresh();
  const asks = mailbox.letters.at(-1);
  assert.ok(asks !== undefined);
  assert.deepEqual([asks.kind, asks.questions.length], ["transcript", 0]);
  await sendLetter(source, mailbox, await prepareLetter(mailbox, { text: "The tests were run once.", files: [], lang: "en", today, about: asks, answers: [{ q: "transcript", values: ["corrected"] }] }, random), random);
  assert.ok(sourceWords(await view()).includes("You said that the tests were never run."), "what is written down of it is the source's");
  const last = (await view()).letters.at(-1);
  assert.deepEqual([last?.transcript, last?.text, last?.signature, last?.answers], ["corrected", "The tests were run once.", "good", []]);
});

test("a translation stands beneath the letter whose bytes it names, and beneath no other", async () => {
  const { api, lead, read, view } = await conversation();
  const file = await read();
  const message = file.letters[0]?.hash ?? "";
  const translate = (values: string, text: string) =>
    addNote(api, lead, file, { text, mentions: [], today, record: { kind: "translation", fields: [{ q: "message", values: [values] }, { q: "lang", values: ["de"] }] } }, random);
  await translate(message, "Die Prüfungen wurden gefälscht");
  await translate("ab".repeat(32), "Wohin gehört das?");
  const { letters, notes } = await view();
  assert.deepEqual(letters.map(({ translations }) => translations.map(({ text, lang, author }) => [text, lang, author])), [[["Die Prüfungen wurden gefälscht", "de", lead.person.name]]]);
  assert.deepEqual(notes, [], "a translation is no note");
  assert.ok(sourceWords(await view()).includes("Die Prüfungen wurden gefälscht"), "what the source said stays what it said, in whatever language");
});

test("what the source says when the mailbox asks whether something was done to it stands in the case, with the risk that was judged", async () => {
  const { source, api, lead, read, view, refresh } = await conversation();
  const mailbox = await refresh();
  await sendLetter(source, mailbox, await prepareLetter(mailbox, { text: "I was moved to the night shift.", files: [], lang: "en", today: today + 31, answers: [{ q: "checkin", values: ["30", "yes"] }] }, random), random);
  const scores = { guessable: "3", power: "3", threats: "2", position: "1", history: "0" };
  const record = (fields: object, about?: string) =>
    addNote(api, lead, file, { text: "Keep the shift plan.", mentions: [], today, record: { kind: "protection", fields: fieldsOf({ ...fields }), ...(about === undefined ? {} : { about }) } }, random);
  const file = await read();
  const { id } = await record({ ...scores, review: today + 30 });
  const seen = await view();
  assert.deepEqual(seen.checkIns.map(({ mark, due, word }) => [mark, due - today, word]), [[30, 30, "yes"], [60, 60, undefined], [90, 90, undefined], [180, 180, undefined]]);
  assert.equal(seen.letters.at(-1)?.checkIn, "yes");
  assert.deepEqual(seen.letters.at(-1)?.answers, []);
  const plan = seen.investigation.protection;
  assert.deepEqual([plan?.score, plan?.level, plan?.review, plan?.text], [9, "high", today + 30, "Keep the shift plan."]);

  await record({ threats: "0" }, id);
  const later = (await view()).investigation.protection;
  assert.deepEqual([later?.score, later?.level, later?.steps.length], [7, "medium", 2]);
  assert.deepEqual((await view()).notes, []);
  const unanswered = dutiesOf(await read(), lead.person.id).filter(({ kind }) => kind === "check-in");
  assert.deepEqual(unanswered.map(({ day }) => day - today), [60, 90, 180], "what was answered asks for nothing");
  const more = await refresh();
  await sendLetter(source, more, await prepareLetter(more, { text: "Nothing more.", files: [], lang: "en", today: today + 91, answers: [{ q: "checkin", values: ["90", "no"] }] }, random), random);
  assert.deepEqual(dutiesOf(await read(), lead.person.id).filter(({ kind }) => kind === "check-in").map(({ day }) => day - today), [180], "nor does an earlier one, which no mailbox asks for again");
});
