import assert from "node:assert/strict";
import { test } from "node:test";
import { clockLine } from "./clockLine.ts";

const clocks = { received: 100, acknowledgeBy: 107, feedbackBy: 200 };
const keys = (more: object, today: number): string[] => clockLine({ ...clocks, ...more }, today).map(({ key }) => key);

test("deadlines that run are named by their day", () => {
  assert.deepEqual(clockLine(clocks, 107), [
    { key: "clock.received", date: 100 },
    { key: "clock.ack.open", date: 107 },
    { key: "clock.feedback.open", date: 200 },
  ]);
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
