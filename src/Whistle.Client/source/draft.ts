import { answersToSend, type Question, type Questionnaire } from "../lib/documents.ts";
import type { Answer, Copy, Id } from "../lib/types.ts";

/** A file that waits to be sent. `sendName` is the cleaned name that travels. */
export interface DraftFile {
  readonly key: number;
  readonly sendName: string;
  readonly data: File;
}

/** All that a source has decided so far. Lives in this tab's memory and nowhere else; never mutated, so that identity means equality. */
export interface Draft {
  readonly channel: Id | undefined;
  /** By question id. A date is held as it was typed (`year-month-day`, parts may be empty). */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly files: readonly DraftFile[];
  /** Person ids of readers and custodians, and `recovery`. */
  readonly unticked: readonly string[];
  readonly give: boolean;
  readonly name: string;
  readonly contact: string;
  readonly copy: Copy;
  /** The last look was reached once: from then on every page leads back to it. */
  readonly reviewing: boolean;
}

export const emptyDraft: Draft = {
  channel: undefined,
  answers: {},
  files: [],
  unticked: [],
  give: false,
  name: "",
  contact: "",
  copy: "none",
  reviewing: false,
};

/** Whether closing the tab would lose something that somebody wrote. */
export function holdsText(draft: Draft): boolean {
  return draft.files.length > 0 || draft.name !== "" || draft.contact !== "" || Object.values(draft.answers).some((values) => values.some((value) => value.trim() !== ""));
}

/** The draft with a change, or the very same draft where the change changes nothing: looking again is not writing. */
export function withChange(draft: Draft, change: Partial<Draft>): Draft {
  const keys = Object.keys(change) as (keyof Draft)[];
  return keys.every((key) => draft[key] === change[key]) ? draft : { ...draft, ...change };
}

/** Another channel has other readers and questions: what fits both (title, text, files) stays, who may open it is asked anew. */
export function chooseChannel(draft: Draft, channel: Id): Draft {
  return draft.channel === channel ? draft : { ...draft, channel, unticked: [], reviewing: false };
}

/** The answers as the protocol wants them, dates put in their form. */
export function answersOf(draft: Draft, questionnaire: Questionnaire): Answer[] {
  return questionnaire.questions.map((question) => ({ q: question.id, values: valuesOf(draft, question) }));
}

export function sentAnswers(draft: Draft, questionnaire: Questionnaire): Answer[] {
  return answersToSend(questionnaire, answersOf(draft, questionnaire));
}

/** What was answered to one question; options that this questionnaire does not have are left out. */
export function valuesOf(draft: Draft, question: Question): readonly string[] {
  const values = draft.answers[question.id] ?? [];
  switch (question.type) {
    case "date":
      return values.map(tidyDate);
    case "choice":
    case "multiple":
      return values.filter((value) => question.options?.some((option) => option.id === value));
    default:
      return values;
  }
}

/** `2026-3-` as typed becomes `2026-03`; what is no date stays wrong, so that it is refused and not guessed. */
export function tidyDate(typed: string): string {
  const [year = "", month = "", day = ""] = typed.split("-");
  const two = (part: string): string => part.padStart(2, "0");
  if (month === "" && day === "") {
    return year;
  }
  return day === "" ? `${year}-${two(month)}` : `${year}-${two(month)}-${two(day)}`;
}

/** Digits of any script as 0-9; whatever else was typed is left out. */
export function digits(typed: string): string {
  return [...typed]
    .map((sign) => {
      const code = sign.codePointAt(0) ?? 0;
      for (const zero of [0x30, 0x660, 0x6f0]) {
        if (code >= zero && code <= zero + 9) {
          return String(code - zero);
        }
      }
      return "";
    })
    .join("");
}
