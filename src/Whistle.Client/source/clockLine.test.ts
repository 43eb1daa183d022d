import assert from "node:assert/strict";
import { test } from "node:test";
import { clockLine, type Checked } from "./clockLine.ts";

type CheckedLetter = Checked["letters"][number];

const clocks = { policy: "eu" as const, received: 100, acknowledgeBy: 107, feedbackBy: 200 };
const letter = (day: number, more: Partial<CheckedLetter> = {}): CheckedLetter => ({ dir: "team", kind: "text", status: "readable", day, answers: [], ...more });
const answered = [letter(105), letter(190)];
const keys = (more: object, today: number, letters: readonly CheckedLetter[] = answered): string[] =>
  clockLine({ ...clocks, ...more }, today, { promised: 100, letters }).map(({ key }) => key);

test("deadlines that run are named by their day", () => {
  assert.deepEqual(clockLine(clocks, 107, { promised: 100, letters: [] }), [
    { key: "clock.received", date: 100 },
    { key: "clock.ack.open", date: 107, perhaps: 109 },
    { key: "clock.feedback.open", date: 200 },
  ]);
});

test("a last day that is no working day is named with the one until which the period perhaps runs, and without a law there is none", () => {
  // 1970-04-25 was a Saturday, and 24 April a Friday.
  assert.deepEqual(clockLine({ ...clocks, acknowledgeBy: 113 }, 107, { promised: 100, letters: [] })[1], { key: "clock.ack.open", date: 113 });
  assert.deepEqual(clockLine({ ...clocks, acknowledgeBy: 114 }, 107, { promised: 100, letters: [] })[1], { key: "clock.ack.open", date: 114, perhaps: 116 });
  assert.deepEqual(keys({ acknowledgeBy: 114 }, 115), ["clock.received", "clock.ack.missed", "clock.feedback.open"]);
  assert.deepEqual(keys({ policy: "plain", acknowledgeBy: 114 }, 107), ["clock.received"]);
});

test("what was kept, kept late, or missed is said in different words", () => {
  assert.deepEqual(keys({ acknowledged: 107 }, 120), ["clock.received", "clock.ack.done", "clock.feedback.open"]);
  assert.deepEqual(keys({ acknowledged: 108 }, 120), ["clock.received", "clock.ack.late", "clock.feedback.open"]);
  assert.deepEqual(keys({}, 108), ["clock.received", "clock.ack.missed", "clock.feedback.open"]);
  assert.deepEqual(keys({ acknowledged: 105, feedback: 201 }, 300), ["clock.received", "clock.ack.done", "clock.feedback.late"]);
});

test("a closed case shows no deadline that could still run, and what was missed stays visible", () => {
  assert.deepEqual(keys({ acknowledged: 105, closed: 150 }, 300), ["clock.received", "clock.ack.done", "clock.closed"]);
  assert.deepEqual(keys({ acknowledged: 105, closed: 250 }, 300), ["clock.received", "clock.ack.done", "clock.feedback.missed", "clock.closed"]);
});

test("done without a verified letter of the team of that day or earlier is only what the server says", () => {
  const said = ["clock.received", "clock.ack.done.said", "clock.feedback.open"];
  for (const letters of [
    [],
    [letter(106)],
    [letter(104, { dir: "source" })],
    [letter(104, { status: "signature-invalid" })],
    [letter(104, { status: "signer-unknown" })],
    [letter(104, { kind: "reader" })],
  ]) {
    assert.deepEqual(keys({ acknowledged: 105 }, 106, letters), said, JSON.stringify(letters));
  }
  assert.deepEqual(keys({ acknowledged: 105 }, 106, [letter(105)]), ["clock.received", "clock.ack.done", "clock.feedback.open"]);
  assert.deepEqual(keys({ acknowledged: 109 }, 110, []), ["clock.received", "clock.ack.late.said", "clock.feedback.open"]);
});

test("a meeting that was asked for is owed by its day, where a law names one", () => {
  const asked = letter(100, { dir: "source", answers: [{ q: "meeting", values: ["asked"] }] });
  const held = letter(104, { answers: [{ q: "meeting", values: ["held"] }] });
  const last = (more: object, today: number, ...letters: CheckedLetter[]): unknown => clockLine({ ...clocks, ...more }, today, { promised: 100, letters }).at(-1);
  assert.deepEqual(last({ policy: "es" }, 107, asked), { key: "clock.meeting.open", date: 107 });
  assert.deepEqual(last({ policy: "es" }, 108, asked), { key: "clock.meeting.missed", date: 107 });
  assert.deepEqual(last({}, 108, asked), { key: "clock.meeting.asked", date: 100 });
  assert.deepEqual(last({ policy: "es" }, 108, asked, held), { key: "clock.meeting.held", date: 104 });
});

test("the letter that acknowledged is no proof of feedback", () => {
  const given = { acknowledged: 105, feedback: 190 };
  assert.deepEqual(keys(given, 195, [letter(105)]), ["clock.received", "clock.ack.done", "clock.feedback.done.said"]);
  assert.deepEqual(keys(given, 195, [letter(105), letter(190)]), ["clock.received", "clock.ack.done", "clock.feedback.done"]);
});

test("a day of receipt other than the signed one is only what the server says", () => {
  assert.equal(clockLine(clocks, 101, { promised: 99, letters: [] })[0]?.key, "clock.received.said");
});
