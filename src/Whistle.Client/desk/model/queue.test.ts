import assert from "node:assert/strict";
import { test } from "node:test";
import { facts, row, today, unclaimed } from "./case.testing.ts";
import { arrival, nextDue, nextDuty } from "./case.ts";
import { chipsOf, fold, type Filter, noFilter, onTab, type QueueContext, queueRows, sortRows, pageAt, filterOf, sameChips, savedOf } from "./queue.ts";

const context: QueueContext = { me: "me", today, policy: () => "eu", words: (r) => fold(r.title) };
const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map((r) => r.id);
const only = (...names: Parameters<Filter["only"]["has"]>[0][]): Filter => ({ only: new Set(names), text: "" });

test("of an unopened case only its arrival is known, and what the law leaves while it is inside seven days", () => {
  assert.equal(nextDue(unclaimed("a", { day: 100 })), undefined);
  assert.deepEqual(arrival(unclaimed("a", { day: today }), "eu", today), { ago: 0, left: 7 });
  assert.deepEqual(arrival(unclaimed("a", { day: today - 7 }), "eu", today), { ago: 7, left: 0 });
  assert.deepEqual(arrival(unclaimed("a", { day: today - 8 }), "eu", today), { ago: 8 });
  assert.deepEqual(arrival(unclaimed("a", { day: today - 1 }), "plain", today), { ago: 1 });
  // Seven working days from Thursday, 31 October 2024: All Saints' Day, two weekends and Armistice Day lie between.
  assert.deepEqual(arrival(unclaimed("a", { day: 20_027 }), "fr", 20_027), { ago: 0, left: 13 });
  assert.equal(arrival(row("a"), "eu", today), undefined);
});

test("an unopened case is never called overdue, however old, and stands below what is held and due", () => {
  const rows = [unclaimed("old", { day: today - 60 }), unclaimed("fresh", { day: today - 2 }), row("held", { facts: facts({ acknowledgeBy: today + 1 }) })];
  assert.deepEqual(ids(queueRows(rows, "queue", only("overdue"), context)), []);
  assert.deepEqual(ids(queueRows(rows, "queue", only("week"), context)), ["held", "fresh"]);
  assert.deepEqual(ids(queueRows(rows, "queue", noFilter, context)), ["held", "fresh", "old"]);
});

test("a channel without legal deadlines owes nothing, claimed or not", () => {
  assert.equal(nextDue(unclaimed("a")), undefined);
  assert.equal(nextDue(row("a", { facts: facts({ policy: "plain" }) })), undefined);
});

test("after the acknowledgement feedback is due, after feedback nothing, and a closed case owes nothing", () => {
  assert.equal(nextDue(row("a", { facts: facts({ state: "acknowledged", acknowledged: today }) }))?.act, "feedback");
  assert.equal(nextDue(row("a", { facts: facts({ state: "feedback-given", acknowledged: today, feedback: today }) })), undefined);
  assert.equal(nextDue(row("a", { facts: facts({ state: "closed" }) })), undefined);
});

test("what is due first stands first, whatever the order it came in", () => {
  const rows = [
    row("later", { facts: facts({ acknowledgeBy: today + 9 }) }),
    row("overdue", { facts: facts({ acknowledgeBy: today - 1 }) }),
    row("nothing", { facts: facts({ state: "feedback-given", acknowledged: 1, feedback: 1 }) }),
    unclaimed("new", { day: today }),
  ];
  const expected = ["overdue", "new", "later", "nothing"];
  assert.deepEqual(ids(sortRows(rows, today)), expected);
  assert.deepEqual(ids(sortRows([...rows].reverse(), today)), expected);
});

test("among equally due rows the unread stands first, then the newer, and ties never jump", () => {
  const rows = [row("b"), row("a"), row("new", { day: today - 1, facts: facts() }), row("unread", { facts: facts({ unread: 1 }) })];
  const expected = ["unread", "new", "a", "b"];
  assert.deepEqual(ids(sortRows(rows, today)), expected);
  assert.deepEqual(ids(sortRows([...rows].reverse(), today)), expected);
});

test("each tab holds its own: mine are assigned to me, waiting ones owe the next word to the source", () => {
  const mine = row("mine", { facts: facts({ assignee: "me" }) });
  const waiting = row("waiting", { facts: facts({ state: "in-review", acknowledged: today }) });
  const closed = row("closed", { facts: facts({ state: "closed", closed: today, assignee: "me" }) });
  assert.equal(onTab(mine, "mine", "me"), true);
  assert.equal(onTab(mine, "mine", "someone"), false);
  assert.equal(onTab(closed, "mine", "me"), false);
  assert.equal(onTab(waiting, "waiting", "me"), true);
  assert.equal(onTab(row("unread", { facts: facts({ state: "in-review", unread: 1 }) }), "waiting", "me"), false);
  assert.equal(onTab(unclaimed("new"), "waiting", "me"), false);
  assert.equal(onTab(closed, "queue", "me"), false);
  assert.equal(onTab(closed, "closed", "me"), true);
});

test("closed cases stand newest first", () => {
  const rows = [row("old", { facts: facts({ state: "closed", closed: 10 }) }), row("new", { facts: facts({ state: "closed", closed: 20 }) })];
  assert.deepEqual(ids(queueRows(rows, "closed", noFilter, context)), ["new", "old"]);
});

test("filters narrow together", () => {
  const rows = [
    row("overdue", { facts: facts({ acknowledgeBy: today - 1, unread: 2, assignee: "you" }), severity: "high" }),
    row("calm", { facts: facts({ acknowledgeBy: today + 30, assignee: "you" }), channel: "c2" }),
    unclaimed("new"),
  ];
  assert.deepEqual(ids(queueRows(rows, "queue", only("overdue"), context)), ["overdue"]);
  assert.deepEqual(ids(queueRows(rows, "queue", only("week"), context)), ["overdue", "new"]);
  assert.deepEqual(ids(queueRows(rows, "queue", only("unopened"), context)), ["new"]);
  assert.deepEqual(ids(queueRows(rows, "queue", only("unread", "overdue"), context)), ["overdue"]);
  assert.deepEqual(ids(queueRows(rows, "queue", only("unassigned"), context)), ["new"]);
  assert.deepEqual(ids(queueRows(rows, "queue", { ...noFilter, channel: "c2" }, context)), ["calm"]);
  assert.deepEqual(ids(queueRows(rows, "queue", { ...noFilter, severity: "high" }, context)), ["overdue"]);
});

test("a search finds every word in any order, whatever case or accent it has", () => {
  const rows = [unclaimed("a", { title: "Geschenke an Müller & Söhne" }), unclaimed("b", { title: "Gifts" })];
  assert.deepEqual(ids(queueRows(rows, "queue", { ...noFilter, text: "  sohne GESCHENKE " }, context)), ["a"]);
  assert.deepEqual(ids(queueRows(rows, "queue", { ...noFilter, text: "geschenke gifts" }, context)), []);
});

test("a locked desk remembers the chips, never the words that were searched", () => {
  const filter: Filter = { only: new Set(["week"]), channel: "c", severity: "high", text: "a name" };
  assert.deepEqual(chipsOf(filter), { only: new Set(["week"]), channel: "c", severity: "high", text: "" });
});

test("a page of the list holds the row at a place, begins at a multiple, and never lies beyond the end", () => {
  assert.deepEqual([0, 49, 50, 9_999].map((place) => pageAt(place, 10_000)), [0, 0, 50, 9_950]);
  assert.deepEqual([pageAt(-1, 10), pageAt(400, 120), pageAt(50, 50), pageAt(5, 0)], [0, 100, 0, 0]);
});

test("a saved filter brings its chips back, never the words of a search, and what another desk knows narrows nothing", () => {
  const filter = { channel: "c1", severity: "high", only: new Set(["overdue", "unread"] as const), text: "P40" };
  const saved = savedOf("Mine", filter);
  assert.deepEqual(saved, { name: "Mine", channel: "c1", severity: "high", only: ["overdue", "unread"] });
  assert.equal(sameChips(filterOf(saved), filter), true);
  assert.equal(filterOf(saved).text, "");
  assert.deepEqual(filterOf({ only: ["overdue", "of-tomorrow"] }).only, new Set(["overdue"]));
  assert.equal(sameChips(filterOf({ only: ["overdue"] }), filterOf({ only: ["unread"] })), false);
  assert.equal(sameChips(noFilter, filterOf({ channel: "c1", only: [] })), false);
});

test("what the team has to do itself sorts and narrows as the law's clocks do, and a closed case asks for nothing", () => {
  const calm = facts({ acknowledged: today, feedbackBy: today + 60 });
  const rows = [
    row("law", { facts: facts({ acknowledgeBy: today + 2 }) }),
    row("task", { facts: calm, duties: [{ kind: "review", day: today + 20 }, { kind: "task", day: today - 1 }] }),
    row("later", { facts: calm, duties: [{ kind: "review", day: today + 20 }] }),
    row("closed", { facts: facts({ state: "closed" }), duties: [{ kind: "task", day: today - 9 }] }),
    row("none", { facts: calm }),
  ];
  assert.deepEqual(ids(queueRows(rows, "queue", noFilter, context)), ["task", "law", "later", "none"]);
  assert.deepEqual(ids(queueRows(rows, "queue", only("overdue"), context)), ["task"]);
  assert.deepEqual(ids(queueRows(rows, "queue", only("week"), context)), ["task", "law"]);
  assert.deepEqual(ids(queueRows(rows, "queue", only("duty"), context)), ["task"]);
  assert.deepEqual(rows.map((r) => nextDuty(r, today)?.kind), [undefined, "task", "review", undefined, undefined]);
});

test("a meeting has a day where the law of the case, as it is now, names one", () => {
  const duties = [{ kind: "meeting" as const, day: 20_027 }];
  // Twenty working days in France from Thursday, 31 October 2024: All Saints' Day, Armistice Day and five weekends lie between.
  assert.deepEqual(nextDuty(row("a", { duties, facts: facts({ policy: "fr" }) }), today), { kind: "meeting", by: 20_027 + 32 });
  assert.equal(nextDuty(row("a", { duties, facts: facts({ policy: "eu" }) }), today), undefined);
});

test("of the check-ins the newest that the source was asked for counts, once it had two weeks to answer, and while it can", () => {
  const asked = (days: readonly number[], source: "here" | "gone" = "here") =>
    nextDuty(row("a", { facts: facts({ source }), duties: days.map((day) => ({ kind: "check-in", day: today + day })) }), today)?.by;
  assert.equal(asked([1, 30]), undefined);
  assert.equal(asked([-13, 17]), undefined);
  assert.equal(asked([-14, 16]), today);
  assert.equal(asked([-70, -40, 20]), today - 26);
  assert.equal(asked([-70, -5]), undefined, "the newer was just asked");
  assert.equal(asked([-70], "gone"), undefined);
});
