import type { Question, Questionnaire } from "../lib/documents.ts";
import { asQuestion, type Asking } from "../lib/questions.ts";
import type { Answer } from "../lib/types.ts";
import type { Messages } from "../ui/i18n.ts";
import { sentAnswers, type Draft } from "./draft.ts";
import type { SourceKey } from "./language.ts";

/** What a letter asks, as the source's form knows questions. Ids bear the letter's number, so that no other letter's answers stand in it. */
export function asked(letter: Asking, m: Messages<SourceKey>): readonly Question[] {
  const option = (id: "confirmed" | "corrected") => ({ id, label: { en: m.text(`mail.transcript.${id}`) } });
  return letter.kind === "transcript"
    ? [{ id: `${letter.seq}.transcript`, type: "choice", label: { en: m.text("mail.transcript.label") }, required: "no", options: [option("confirmed"), option("corrected")] }]
    : letter.questions.map((question, i) => asQuestion(question, `${letter.seq}.${i + 1}`));
}

/** Whether something was done to the source for its report, asked when so many days have passed. */
export function checkInQuestion(mark: number, m: Messages<SourceKey>): Question {
  return { id: `${mark}.checkin`, type: "yesno", label: { en: m.text("mail.checkin") }, help: { en: m.text("mail.checkin.hint") }, required: "no" };
}

/** The answers that were given, by the number of their question as the wire wants them. */
export function given(draft: Draft, questions: Questionnaire): Answer[] {
  return sentAnswers(draft, questions).map(({ q, values }) => {
    const [n = "", name = ""] = q.split(".");
    return { q: name, values: name === "checkin" ? [n, ...values] : values };
  });
}
