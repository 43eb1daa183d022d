import assert from "node:assert/strict";
import { test } from "node:test";
import { answerLost, hasArrived } from "./letterAttempts.ts";

test("a lost answer leaves open what the server has, a refusal does not", () => {
  for (const code of ["network", "cancelled", "answer-malformed", "http-502"]) {
    assert.ok(answerLost(code), code);
  }
  for (const code of ["message-differs", "out-of-sequence", "http-429", "http-400", "unexpected"]) {
    assert.ok(!answerLost(code), code);
  }
});

test("an earlier version has arrived only where its very bytes stand in the thread", () => {
  const letters = [{ dir: "source", hash: "aa" }, { dir: "team", hash: "bb" }] as const;
  assert.ok(hasArrived(letters, ["cc", "aa"]));
  assert.ok(!hasArrived(letters, ["cc"]));
  assert.ok(!hasArrived(letters, ["bb"]), "the team's letter is none of ours");
  assert.ok(!hasArrived(letters, []));
});
