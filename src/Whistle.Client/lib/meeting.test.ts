import assert from "node:assert/strict";
import { test } from "node:test";
import { meetingOf } from "./meeting.ts";
import { parseIsoDay } from "./days.ts";

const on = (text: string): number => parseIsoDay(text) ?? assert.fail(text);
const letter = (dir: "source" | "team", day: string, word?: string, status = "readable") => ({
  dir,
  day: on(day),
  status,
  answers: word === undefined ? [] : [{ q: "meeting", values: [word] }],
});

test("a meeting that is asked for has a clock of its own where a law names one", () => {
  const asked = [letter("source", "2026-04-27", "asked")];
  assert.deepEqual(meetingOf(asked, "fr"), { asked: on("2026-04-27"), by: on("2026-05-29"), offered: undefined, held: undefined });
  assert.equal(meetingOf(asked, "es")?.by, on("2026-05-04"));
  assert.equal(meetingOf(asked, "eu")?.by, undefined);
  assert.equal(meetingOf([letter("source", "2026-04-27")], "fr"), undefined);
});

test("only the source asks, only the team says that it was held, and only signed words count", () => {
  assert.equal(meetingOf([letter("team", "2026-04-27", "asked")], "fr"), undefined);
  assert.equal(meetingOf([letter("source", "2026-04-27", "asked", "signature-invalid")], "fr"), undefined);
  const asked = letter("source", "2026-04-27", "asked");
  assert.equal(meetingOf([asked, letter("source", "2026-04-28", "held")], "fr")?.held, undefined);
  assert.equal(meetingOf([asked, letter("team", "2026-04-28", "held", "signer-unknown")], "fr")?.held, undefined);
  assert.deepEqual(meetingOf([asked, letter("team", "2026-04-28", "offered"), letter("team", "2026-05-05", "held")], "fr"), {
    asked: on("2026-04-27"),
    by: on("2026-05-29"),
    offered: on("2026-04-28"),
    held: on("2026-05-05"),
  });
});

test("asking again does not put the clock forward, and after a meeting a new one can be asked for", () => {
  const asked = letter("source", "2026-03-02", "asked");
  assert.equal(meetingOf([asked, letter("source", "2026-03-20", "asked")], "fr")?.asked, on("2026-03-02"));
  const again = meetingOf([asked, letter("team", "2026-03-10", "held"), letter("source", "2026-03-20", "asked")], "fr");
  assert.deepEqual([again?.asked, again?.held], [on("2026-03-20"), undefined]);
});
