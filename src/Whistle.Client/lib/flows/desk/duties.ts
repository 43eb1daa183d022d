import { checkIns, checkInWord } from "../../checkIn.ts";
import type { ReadCase } from "../../desk/searchIndex.ts";
import { meetingOf } from "../../meeting.ts";
import { lastDay } from "../../shape.ts";
import type { Id } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import { foldRecords, investigationOf } from "./records.ts";

export type Duty = ReadCase["duties"][number];

/**
 * What a case asks of this person, beside the law's own clocks: open tasks that are theirs or nobody's, a meeting that was asked for
 * and not held, the review of the protection plan; and under a plan the check-ins that the source may still answer: once a later one
 * is answered, no earlier one is asked again. In no order.
 */
export function dutiesOf(file: DeskFile, me: Id): readonly Duty[] {
  const { tasks, protection } = investigationOf(foldRecords(file.notes));
  const meeting = meetingOf(file.letters, file.server.case.policy);
  const promised = file.letters[0]?.status === "readable" ? file.letters[0].day : file.server.case.received;
  const answered = Math.max(0, ...file.letters.flatMap((letter) => (letter.status === "readable" ? (checkInWord(letter)?.mark ?? []) : [])));
  const duties = [
    ...tasks.flatMap(({ state, to, due }): Duty[] => (state === "open" && due !== undefined && (to === me || to === "") ? [{ kind: "task", day: due }] : [])),
    ...(meeting === undefined || meeting.held !== undefined ? [] : [{ kind: "meeting" as const, day: meeting.asked }]),
    ...(protection?.review === undefined ? [] : [{ kind: "review" as const, day: protection.review }]),
    ...(protection === undefined ? [] : checkIns.filter((mark) => mark > answered).map((mark) => ({ kind: "check-in" as const, day: promised + mark }))),
  ];
  return duties.filter(({ day }) => day <= lastDay);
}
