import { checkIns, checkInWord } from "../../checkIn.ts";
import type { ReadCase } from "../../desk/searchIndex.ts";
import { meetingOf } from "../../meeting.ts";
import type { Id } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import { foldRecords, investigationOf } from "./records.ts";

export type Duty = ReadCase["duties"][number];

/**
 * What a case asks of this person by a day, beside the law's own clocks: open tasks that are theirs or nobody's, a meeting that was
 * asked for and that a law gives a day, the review of the protection plan; and under a plan each check-in that the source did not
 * answer, by the day on which its mailbox asks. In no order.
 */
export function dutiesOf(file: DeskFile, me: Id): readonly Duty[] {
  const { tasks, protection } = investigationOf(foldRecords(file.notes));
  const meeting = meetingOf(file.letters, file.server.case.policy);
  const first = file.letters[0]?.day ?? file.server.case.received;
  const words = new Set(file.letters.flatMap((letter) => (letter.status === "readable" ? [checkInWord(letter)?.mark] : [])));
  return [
    ...tasks.flatMap(({ state, to, due }): Duty[] => (state === "open" && due !== undefined && (to === me || to === "") ? [{ kind: "task", by: due }] : [])),
    ...(meeting?.by === undefined || meeting.held !== undefined ? [] : [{ kind: "meeting" as const, by: meeting.by }]),
    ...(protection?.review === undefined ? [] : [{ kind: "review" as const, by: protection.review }]),
    ...(protection === undefined ? [] : checkIns.filter((mark) => !words.has(mark)).map((mark) => ({ kind: "check-in" as const, by: first + mark }))),
  ];
}
