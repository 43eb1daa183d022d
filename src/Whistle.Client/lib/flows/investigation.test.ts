import assert from "node:assert/strict";
import { test } from "node:test";
import { english } from "../../desk/model/case.testing.ts";
import { leaksIn, mentionsOf } from "../../desk/model/access.ts";
import { plainParts, reportOf, reportParts, reportText } from "../../desk/model/report.ts";
import { toRow, toView } from "../../desk/reviewer/view.ts";
import { emptyRing } from "../desk/keyring.ts";
import type { Id } from "../types.ts";
import { today } from "../world.testing.ts";
import { addNote, claimCase, dutiesOf, fieldsOf, findCases, foldRecords, grantProblem, investigationOf, linkProblem, openCase, tellsOfAnother, updateSheet, type DeskFile } from "./desk.ts";
import { deskOf, file, input, random, sentinel, set, world } from "./job.testing.ts";
import { prepareTip, sendTip } from "./submit.ts";

// The investigation file: notes that record something, folded on the device.

type Fields = Parameters<typeof fieldsOf>[0];

async function cases(...left: readonly (readonly Id[])[]) {
  const parts = set();
  const lead = deskOf(0);
  const ids: Id[] = [];
  for (const unticked of left) {
    ids.push((await sendTip(await prepareTip(input({ unticked }), random), parts.source, random)).caseId);
  }
  parts.server.person = lead.person.id;
  const { ring } = await findCases(parts.api, lead, emptyRing);
  for (const id of ids) {
    await claimCase(parts.api, lead, ring, id);
  }
  const open = (n = 0): Promise<DeskFile> => openCase(parts.api, lead, ring, ids[n] ?? "");
  const record = async (kind: string, fields: Fields, more: { readonly about?: Id; readonly text?: string; readonly files?: readonly ReturnType<typeof file>[]; readonly at?: number } = {}) =>
    (await addNote(parts.api, lead, await open(more.at), { text: more.text ?? "", mentions: [], today, record: { kind, fields: fieldsOf(fields), ...(more.about === undefined ? {} : { about: more.about }) }, files: more.files }, random)).id;
  return { ...parts, lead, ids, open, record };
}

const viewOf = (opened: DeskFile) => toView(opened, { desk: deskOf(0), documents: undefined, language: "en", today });

test("a task is what its steps made of it, each field by the last that names it, and every step stays", async () => {
  const { open, record } = await cases([]);
  const first = await record("task", { title: "Ask for the rota", due: 20_100, to: "", state: "open" }, { text: "From the night shift" });
  const second = await record("task", { title: "Read the log", due: 20_050, state: "open" });
  await record("task", { to: deskOf(0).person.id, due: [] }, { about: first });
  await record("task", { state: "done" }, { about: second, text: "Nothing in it" });
  const { tasks } = investigationOf(foldRecords((await open()).notes));
  assert.deepEqual(tasks.map(({ title, due, to, state, text, steps }) => [title, due, to, state, text, steps.length]), [
    ["Ask for the rota", undefined, deskOf(0).person.id, "open", "From the night shift", 2],
    ["Read the log", 20_050, "", "done", "Nothing in it", 2],
  ]);
  assert.deepEqual(viewOf(await open()).notes, [], "a task is no note");
});

test("a step that comes before the task that it is about, as one of the same second may, does not take its place", async () => {
  const { open, record } = await cases([]);
  const first = await record("task", { title: "Ask for the rota", state: "open" });
  await record("task", { state: "done" }, { about: first });
  const { notes } = await open();
  for (const order of [notes, [...notes].reverse()]) {
    assert.deepEqual(investigationOf(foldRecords(order)).tasks.map(({ title, state, steps }) => [title, state, steps.length]), [["Ask for the rota", "done", 2]]);
  }
});

test("open tasks stand by their day, what a stranger to the kind wrote changes nothing, and an unknown kind is a note", async () => {
  const { open, record } = await cases([]);
  const late = await record("task", { title: "late", due: 20_100, state: "open" });
  await record("task", { title: "soon", due: 20_001, state: "open" });
  await record("task", { title: "some day", state: "strange" });
  await record("interview", { title: "changed by another kind", state: "done" }, { about: late });
  await record("horoscope", { title: "x" }, { text: "Of a newer desk" });
  const opened = await open();
  assert.deepEqual(investigationOf(foldRecords(opened.notes)).tasks.map(({ title }) => title), ["soon", "late", "some day"]);
  assert.deepEqual(viewOf(opened).notes.map((note) => note.text), ["Of a newer desk"]);
});

test("a record that nobody vouches for is no record, and is shown as the note that it is", async () => {
  const { open, record, server, lead } = await cases([]);
  const id = await record("task", { title: "Forged", state: "open" });
  const stored = [...server.cases.values()].flatMap((one) => one.notes).find((note) => note.id === id);
  assert.ok(stored !== undefined);
  Object.assign(stored, { author: deskOf(1).person.id });
  const opened = await open();
  assert.notEqual(lead.person.id, stored.author);
  assert.deepEqual(investigationOf(foldRecords(opened.notes)).tasks, []);
  assert.deepEqual(viewOf(opened).notes.map((note) => note.readable), [false]);
});

test("evidence keeps its files, their sums and its origin; an interview its role, its day and who was there", async () => {
  const { open, record } = await cases([]);
  await record("evidence", { title: "Export", origin: "Archive", day: 20_000, sha256: ["ab".repeat(32)] }, { files: [file("export.csv", "a,b")] });
  await record("interview", { who: "A. Witness", role: "witness", day: 20_001, present: ["B. Clerk", "C. Council"], state: "held" }, { text: "The record" });
  const { evidence, interviews } = investigationOf(foldRecords((await open()).notes));
  assert.deepEqual(evidence.map(({ origin, day, sha256, files }) => [origin, day, sha256, files.map(({ name }) => name)]), [["Archive", 20_000, ["ab".repeat(32)], ["export.csv"]]]);
  assert.deepEqual(interviews.map(({ who, role, day, present, state, text }) => [who, role, day, present, state, text]), [["A. Witness", "witness", 20_001, ["B. Clerk", "C. Council"], "held", "The record"]]);
});

test("a case may name another only where each of its readers can open that one, and a duplicate has the very same", async () => {
  const left = deskOf(1).person.id;
  const { open } = await cases([], [left]);
  const [everybody, fewer] = [await open(0), await open(1)];
  assert.ok(everybody.readers.length > fewer.readers.length);
  assert.equal(linkProblem(everybody, fewer, false), "link-readers", "the one left out of the second would read of it in the first");
  assert.equal(linkProblem(fewer, everybody, false), undefined);
  assert.equal(linkProblem(fewer, everybody, true), "link-readers");
  assert.equal(linkProblem(fewer, fewer, true), "link-itself");
  assert.equal(linkProblem(fewer, { ...everybody, secret: { ...everybody.secret, source: undefined } }, false), "link-readers-unknown");
});

test("a case that names another is given to nobody who cannot open that one, also after the link has ended", async () => {
  const { open, record, lead, ids } = await cases([], []);
  const newcomer = deskOf(1).person;
  const could = async (): Promise<string | undefined> => {
    const opened = await open();
    // As if the source had not known of this reader yet.
    return grantProblem({ ...opened, readers: opened.readers.filter((reader) => !reader.startsWith(newcomer.id)) }, lead, newcomer, today);
  };
  assert.equal(await could(), undefined);
  const readers = (await open(1)).readers;
  const id = await record("link", { to: ids[1], relation: "same-facts", readers, state: "standing" });
  assert.equal(await could(), undefined, "who can open both may have it");
  await record("link", { readers: readers.filter((reader) => !reader.startsWith(newcomer.id)) }, { about: id });
  assert.equal(await could(), "linked");
  await record("link", { state: "ended" }, { about: id });
  assert.equal(await could(), "linked");
  assert.equal(tellsOfAnother([], "x"), false);
});

test("a step of the taxonomy stands in the sheet, stays when the labels change, and goes when none is chosen", async () => {
  const { open, api, lead } = await cases([], []);
  const label = async (change: { readonly severity?: string; readonly stage?: string }) =>
    updateSheet(api, lead, await open(), { title: "T", category: "", severity: "", today, ...change }, random);
  assert.equal((await label({ stage: "with-counsel" })).stage, "with-counsel");
  assert.equal((await label({ severity: "high" })).stage, "with-counsel");
  const [row] = (await findCases(api, lead, emptyRing)).rows.filter(({ sheet }) => sheet?.stage !== undefined);
  assert.equal(row === undefined ? undefined : toRow(row, today).stage, "with-counsel");
  assert.equal((await label({ stage: "" })).stage, undefined);
});

test("the case that leads is named in the sheet, stays there when the labels change, and goes when the link ends", async () => {
  const { open, api, lead, ids } = await cases([], []);
  const label = async (change: { readonly severity?: string; readonly leading?: Id | null }) =>
    updateSheet(api, lead, await open(), { title: "T", category: "", severity: "", today, ...change }, random);
  assert.equal((await label({ leading: ids[1] ?? "" })).leading, ids[1]);
  assert.deepEqual([(await label({ severity: "high" })).leading, (await open()).sheet?.leading], [ids[1], ids[1]]);
  const { rows } = await findCases(api, lead, emptyRing);
  const led = rows.find(({ caseId }) => caseId === ids[0]);
  assert.ok(led !== undefined);
  assert.equal(toRow(led, today, { others: new Map(rows.map((row) => [row.caseId, row])) }).leading, "Falsified tests");
  assert.equal(toRow(led, today, { others: new Map([[led.caseId, led]]) }).leading, undefined, "a case that this device does not have is not named");
  assert.equal((await label({ leading: null })).leading, undefined);
  await assert.rejects(label({ leading: ids[0] ?? "" }), { code: "sheet-malformed" });
});

test("a report says nothing of the source unless somebody chooses it, and finds its words where the team repeats them", async () => {
  const { open, record } = await cases([]);
  await record("interview", { who: "The reporter", role: "source", day: 20_001, present: [], state: "held" }, { text: "A talk that nobody may know of" });
  await record("interview", { who: "A. Witness", role: "witness", day: 20_001, present: [], state: "held" }, { text: "The witness's record" });
  const opened = await open();
  // Of an acknowledged case: the day is near the one on which the source wrote.
  Object.assign(opened.server.case, { acknowledged: 20_321 });
  const view = viewOf(opened);
  const plain = reportText(reportOf(view, undefined, new Set(plainParts), english, today));
  assert.match(plain, /The witness's record/);
  for (const secret of [sentinel, "Falsified tests", "The reporter", "A talk that nobody", world.people[1]?.person.name ?? "?", "21 August 2025", "21 August"]) {
    assert.ok(!plain.includes(secret), secret);
  }
  const all = reportText(reportOf(view, undefined, new Set(reportParts), english, today));
  for (const chosen of [sentinel, "Falsified tests", "The reporter", "A talk that nobody", world.people[1]?.person.name ?? "?", "21 August"]) {
    assert.ok(all.includes(chosen), chosen);
  }
});

test("an answer on a request for access finds the person everywhere, and lets neither the source's words nor its days through", async () => {
  const { open, record } = await cases([]);
  await record("evidence", { title: "Mail of Zoë Ångström", origin: "Archive" }, { text: "zoe angstrom signed; Zoë Ångströmberg did not" });
  const view = viewOf(await open());
  const found = mentionsOf(view, ["Zoe Angstrom", "tests"]);
  assert.deepEqual(found.filter(({ place }) => place === "evidence").map(({ excerpt, start, end }) => excerpt.slice(start, end)), ["Zoë Ångström", "zoe angstrom"]);
  assert.ok(found.some(({ place, fromSource }) => place === "source-letter" && fromSource));
  assert.deepEqual(leaksIn("We hold your name and your function.", view, "en"), { quotes: [], days: [], names: [] });
  assert.deepEqual(leaksIn(`It was said that ${sentinel.toLowerCase()}.`, view, "en").quotes, [sentinel.toLowerCase()]);
  const iso = new Date(view.row.day * 86_400_000).toISOString().slice(0, 10);
  assert.deepEqual(leaksIn(`It came on ${iso}.`, view, "de").days, [iso]);
});

test("what a case asks of this person by a day: their tasks and nobody's, the plan's review, and check-ins where there is a plan", async () => {
  const { open, record, lead } = await cases([]);
  const me = lead.person.id;
  const duties = async () => dutiesOf(await open(), me).map(({ kind, day }) => [kind, day - today]).sort();
  await record("task", { title: "mine", due: today + 4, to: me, state: "open" });
  await record("task", { title: "nobody's", due: today + 9, to: "", state: "open" });
  await record("task", { title: "another's", due: today + 1, to: deskOf(1).person.id, state: "open" });
  await record("task", { title: "some day", to: me, state: "open" });
  const done = await record("task", { title: "done", due: today + 2, to: me, state: "open" });
  await record("task", { state: "done" }, { about: done });
  assert.deepEqual(await duties(), [["task", 4], ["task", 9]]);
  await record("protection", { guessable: "3", review: today + 30 }, { text: "Keep the shift plan." });
  assert.deepEqual(await duties(), [["check-in", 180], ["check-in", 30], ["check-in", 60], ["check-in", 90], ["review", 30], ["task", 4], ["task", 9]]);
});
