import assert from "node:assert/strict";
import { test } from "node:test";
import { forward, instead, jump, newTrail, shown, type StepName } from "./trail.ts";

const step = (at: StepName, page = 0) => ({ at, page });

test("going on after going back forgets the pages that were ahead", () => {
  const there = forward(forward(newTrail, step("channels")), step("read"));
  assert.deepEqual(forward(jump(there, 1), step("lost")).steps.map((s) => s.at), ["start", "channels", "lost"]);
});

test("a page that took the place of another can't be left backwards into it", () => {
  const sent = instead(forward(forward(newTrail, step("check")), step("sending")), step("words"));
  assert.deepEqual(sent, { steps: [step("start"), step("check"), step("words")], index: 2 });
});

test("an entry of another life of the tab, or no number at all, leads to the start", () => {
  const there = forward(newTrail, step("channels"));
  for (const entry of [7, -1, 0.5, "1", undefined, null]) {
    assert.equal(jump(there, entry).index, 0, String(entry));
  }
});

test("after sending, Back leads to the words and never to the draft", () => {
  for (const at of ["start", "check", "ask", "sending", "return"] as const) {
    assert.equal(shown(step(at), "sent", true).at, "words", at);
  }
  assert.equal(shown(step("done"), "sent", true).at, "done");
});

test("once two words were asked back, no step leads to the words again", () => {
  for (const at of ["start", "words", "words-check", "sending", "return"] as const) {
    assert.equal(shown(step(at), "over", true).at, "done", at);
  }
});

test("words, the open mailbox and a draft without a channel are never shown where they are not", () => {
  assert.equal(shown(step("words"), "writing", true).at, "start");
  assert.equal(shown(step("mailbox"), "writing", false).at, "return");
  assert.equal(shown(step("mailbox"), "inside", false).at, "mailbox");
  assert.equal(shown(step("check"), "writing", false).at, "channels");
  assert.deepEqual(shown(step("ask", 3), "writing", true), step("ask", 3));
});
