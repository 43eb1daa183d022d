import assert from "node:assert/strict";
import { test } from "node:test";
import { facts, row, today } from "./case.testing.ts";
import { timelineOf } from "./timeline.ts";
import type { CaseView } from "./views.ts";

const at = (day: number, hour: number): number => day * 86_400 + hour * 3600;
const view = (part: Partial<CaseView>): CaseView =>
  ({ row: row("a", { facts: facts({ received: today - 3, acknowledgeBy: today + 4, acknowledged: today - 1, feedbackBy: today + 96 }) }), letters: [], notes: [], history: [], meeting: undefined, investigation: { tasks: [], interviews: [] }, ...part }) as unknown as CaseView;

test("letters, notes, acts, tasks and what is due stand in one list by day, and within a day first what has no time", () => {
  const list = timelineOf(
    view({
      letters: [{ dir: "source", day: today - 3, seq: 1 }, { dir: "source", day: today - 1, seq: 2 }, { dir: "team", day: today - 1, author: "R. Moreau", seq: 1 }] as never,
      notes: [{ author: "R. Moreau", at: at(today - 1, 9), text: "Ask payroll", readable: true }, { author: "", at: at(today - 1, 8), text: "", readable: false }] as never,
      history: [{ act: "case.claimed", actor: "R. Moreau", at: at(today - 1, 8) }, { act: "note.added", actor: "R. Moreau", at: at(today - 1, 9) }, { act: "message.sent", actor: "R. Moreau", at: at(today - 1, 10) }, { act: "note.added", actor: "R. Moreau", at: at(today - 1, 11) }],
      investigation: { tasks: [{ title: "Logs", due: today, state: "open" }, { title: "No day", due: undefined, state: "open" }, { title: "Dropped", due: today, state: "dropped" }], interviews: [{ who: "W.", day: today - 2 }] } as never,
    }),
  );
  assert.deepEqual(
    list.map(({ day, what }) => [day - today, what.kind === "letter" ? `letter ${what.seq}` : what.kind === "act" ? what.act : what.kind === "due" ? `due ${what.due} ${what.done === undefined ? "open" : what.done - today}` : what.kind]),
    [[-3, "letter 1"], [-2, "interview"], [-1, "letter 2"], [-1, "case.claimed"], [-1, "note"], [-1, "message.sent"], [-1, "note.added"], [0, "task"], [4, "due acknowledge -1"], [96, "due feedback open"]],
  );
});

test("nothing of the source's has a time", () => {
  for (const entry of timelineOf(view({ letters: [{ dir: "source", day: today, seq: 1 }] as never }))) {
    assert.equal(entry.at, undefined);
  }
});
