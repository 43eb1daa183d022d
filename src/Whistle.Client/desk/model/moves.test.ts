import assert from "node:assert/strict";
import { test } from "node:test";
import { facts } from "./case.testing.ts";
import type { CaseState } from "./case.ts";
import { dueOf, isClosable, plainMoves, replyCounts } from "./moves.ts";

const states: readonly CaseState[] = ["received", "acknowledged", "in-review", "feedback-given", "closed", "reopened"];

test("acknowledged and feedback given are reached only by a reply", () => {
  for (const state of states) {
    assert.ok(!plainMoves(state).includes("acknowledged"), state);
    assert.ok(!plainMoves(state).includes("feedback-given"), state);
  }
  assert.ok(replyCounts("received").includes("acknowledgement"));
  assert.ok(replyCounts("in-review").includes("feedback"));
});

test("the moves are those of SPEC 14.3 and no others", () => {
  const moves = Object.fromEntries(states.map((state) => [state, [...plainMoves(state)].sort()]));
  assert.deepEqual(moves, {
    received: [],
    acknowledged: ["in-review"],
    "in-review": [],
    "feedback-given": [],
    closed: ["reopened"],
    reopened: ["in-review"],
  });
  assert.deepEqual(states.filter(isClosable), ["acknowledged", "in-review", "feedback-given", "reopened"]);
});

test("an acknowledgement is offered once, and a reply in between is always possible", () => {
  for (const state of states) {
    assert.ok(replyCounts(state).includes("none"), state);
    assert.equal(replyCounts(state).includes("acknowledgement"), state === "received");
  }
});

test("each legal effect names its own due day", () => {
  const f = facts({ acknowledgeBy: 7, feedbackBy: 90 });
  assert.equal(dueOf("acknowledgement", f), 7);
  assert.equal(dueOf("feedback", f), 90);
  assert.equal(dueOf("none", f), undefined);
});
