import type { Questionnaire } from "../lib/documents.ts";
import { asQuestion, type Asking } from "../lib/questions.ts";
import type { Answer } from "../lib/types.ts";
import type { Messages } from "../ui/i18n.ts";
import { sentAnswers, type Draft } from "./draft.ts";
import type { SourceKey } from "./language.ts";

/** What a letter asks, as the source's form knows questions. Ids bear the letter's number, so that no other letter's answers stand in it. */
export function asked(letter: Asking, m: Messages<SourceKey>): Questionnaire {
  const option = (id: "confirmed" | "corrected") => ({ id, label: { en: m.text(`mail.transcript.${id}`) } });
  return {
    v: 1,
    id: "",
    questions:
      letter.kind === "transcript"
        ? [{ id: `${letter.seq}.transcript`, type: "choice", label: { en: m.text("mail.transcript.label") }, required: "no", options: [option("confirmed"), option("corrected")] }]
        : letter.questions.map((question, i) => asQuestion(question, `${letter.seq}.${i + 1}`)),
  };
}

/** The answers that were given, by the number of their question as the wire wants them. */
export function given(draft: Draft, questions: Questionnaire): Answer[] {
  return sentAnswers(draft, questions).map(({ q, values }) => ({ q: q.replace(/^\d+\./, ""), values }));
}
