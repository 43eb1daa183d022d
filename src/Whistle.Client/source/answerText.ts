import { inLanguage, limitOf, type AnswerProblem, type Question } from "../lib/documents.ts";
import type { Messages } from "../ui/i18n.ts";
import { partialDate } from "./format.ts";
import type { SourceKey } from "./language.ts";

/** What is wrong with an answer, as a sentence that says how to put it right. */
export function problemText(m: Messages<SourceKey>, question: Question, problem: AnswerProblem, value: string): string {
  const label = inLanguage(question.label, m.language) ?? question.id;
  switch (problem) {
    case "answer-missing":
      return m.text(question.type === "text" || question.type === "longtext" || question.type === "date" ? "ask.required.text" : "ask.required.choice", { label });
    case "answer-too-long":
      return m.count("ask.long", [...value].length - limitOf(question), { label });
    case "answer-not-a-date":
      return m.text("ask.date.wrong", { label });
    case "answer-not-an-option":
    case "answer-too-many":
      return m.text("ask.required.choice", { label });
  }
}

/** An answer as a person reads it: the labels of options, not their ids. */
export function answerLines(m: Messages<SourceKey>, question: Question, values: readonly string[]): readonly string[] {
  return values.map((value) => {
    if (question.type === "yesno" && (value === "yes" || value === "no" || value === "unsure")) {
      return m.text(`ask.${value}`);
    }
    if (question.type === "date") {
      return partialDate(value, m.language);
    }
    const option = question.options?.find((o) => o.id === value);
    return option === undefined ? value : (inLanguage(option.label, m.language) ?? value);
  });
}
