import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "./drafts.ts";

/** A store that keeps what it is given, and can be told to refuse or to take its time. */
function storeOf() {
  const kept: string[] = [];
  const state = { refuses: false, before: async (): Promise<void> => undefined };
  const store = async (id: string, kind: string, text: string): Promise<void> => {
    await state.before();
    if (state.refuses) {
      throw new Error("refused");
    }
    kept.push(`${id} ${kind} ${text}`);
  };
  return { kept, state, drafts: new Drafts(store, 60_000) };
}

test("a reply and a note of one case are kept beside each other", async () => {
  const { kept, drafts } = storeOf();
  drafts.write("a", "reply", "to the source");
  drafts.write("a", "note", "to the team");
  assert.deepEqual([drafts.text("a", "reply"), drafts.text("a", "note")], ["to the source", "to the team"]);
  assert.ok(await drafts.flush());
  assert.deepEqual(kept.sort(), ["a note to the team", "a reply to the source"]);
  assert.deepEqual([drafts.state("a", "reply"), drafts.hasUnsaved()], ["saved", false]);
});

test("closing a case saves its drafts at once and keeps those of the others waiting", async () => {
  const { kept, drafts } = storeOf();
  drafts.write("a", "reply", "one");
  drafts.write("b", "reply", "two");
  assert.ok(await drafts.flush("a"));
  assert.deepEqual(kept, ["a reply one"]);
  assert.ok(drafts.hasUnsaved());
  await drafts.end();
  assert.deepEqual(kept, ["a reply one", "b reply two"]);
});

test("what the server does not take stays in the page, says so, and is saved by the next try", async () => {
  const { kept, state, drafts } = storeOf();
  state.refuses = true;
  drafts.write("a", "reply", "one");
  assert.equal(await drafts.flush("a"), false);
  assert.deepEqual([drafts.state("a", "reply"), drafts.text("a", "reply")], ["failed", "one"]);
  assert.deepEqual([drafts.hasFailed("a"), drafts.hasFailed("b"), drafts.hasUnsaved()], [true, false, true]);
  drafts.restore("a", "reply", "an older text");
  assert.equal(drafts.text("a", "reply"), "one");
  state.refuses = false;
  assert.ok(await drafts.flush());
  assert.deepEqual([kept, drafts.hasFailed("a")], [["a reply one"], false]);
});

test("an older text never arrives after a newer one", async () => {
  const { kept, state, drafts } = storeOf();
  let go: () => void = () => undefined;
  state.before = () => new Promise((resolve) => (go = resolve));
  drafts.write("a", "reply", "older");
  const first = drafts.flush();
  drafts.write("a", "reply", "newer");
  const second = drafts.flush();
  state.before = async () => undefined;
  go();
  assert.deepEqual([await first, await second], [true, true]);
  assert.deepEqual(kept, ["a reply older", "a reply newer"]);
});

test("what was sent is taken away, and what was written meanwhile is kept", async () => {
  const { kept, drafts } = storeOf();
  drafts.write("a", "reply", "letter");
  await drafts.flush();
  await drafts.sent("a", "reply", "letter");
  assert.deepEqual([kept, drafts.text("a", "reply")], [["a reply letter", "a reply "], ""]);
  drafts.write("a", "reply", "letter and the next");
  await drafts.sent("a", "reply", "letter");
  assert.equal(drafts.text("a", "reply"), "letter and the next");
  assert.equal(kept.at(-1), "a reply letter and the next");
});

test("a stored draft comes back, and is not sent again until somebody writes", async () => {
  const { kept, drafts } = storeOf();
  drafts.restore("a", "note", "from yesterday");
  assert.deepEqual([drafts.text("a", "note"), drafts.state("a", "note")], ["from yesterday", "restored"]);
  assert.ok(await drafts.flush());
  assert.deepEqual([kept, drafts.state("a", "note")], [[], "restored"]);
});

test("after stepping back nothing of the case is kept", async () => {
  const { kept, drafts } = storeOf();
  drafts.write("a", "reply", "one");
  drafts.attach("a", [new File(["x"], "x.txt")]);
  drafts.drop("a");
  await drafts.end();
  assert.deepEqual([kept, drafts.text("a", "reply"), drafts.files("a").length], [[], "", 0]);
});

test("watchers hear of every change until they stop", () => {
  const { drafts } = storeOf();
  let heard = 0;
  const stop = drafts.watch(() => heard++);
  drafts.attach("a", []);
  stop();
  drafts.attach("a", []);
  assert.equal(heard, 1);
});
