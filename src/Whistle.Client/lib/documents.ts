import { h, hex } from "./bytes.ts";
import { parseIsoDay } from "./days.ts";
import { WhistleError } from "./errors.ts";
import { parseJson, type Json } from "./jcs.ts";
import * as shape from "./shape.ts";
import type { Answer, Hash } from "./types.ts";

// SPEC 7.

/** Texts by language tag. */
export type ByLanguage = Readonly<Record<string, string>>;

const words = shape.mapOf(shape.text(8192));
const paragraphs = shape.mapOf(shape.list(shape.text(8192), 200));

const questionShape = shape.object({
  id: shape.text(64),
  type: shape.oneOf("text", "longtext", "choice", "multiple", "date", "yesno"),
  label: words,
  help: shape.optional(words),
  required: shape.oneOf("yes", "no"),
  options: shape.optional(shape.list(shape.object({ id: shape.text(64), label: words }), 200, 1)),
  when: shape.optional(shape.object({ question: shape.text(64), is: shape.list(shape.text(64), 200, 1) })),
  max: shape.optional(shape.count),
});

const questionnaireShape = shape.object({ v: shape.just(1), id: shape.text(64), questions: shape.list(questionShape, 200, 1) });

const textsShape = shape.object({
  v: shape.just(1),
  privacy: paragraphs,
  protects: paragraphs,
  limits: paragraphs,
  rights: paragraphs,
  emergency: shape.object({ number: shape.text(64), note: words }),
  authorities: shape.list(shape.object({ name: words, about: words, url: shape.text(500), phone: shape.text(64) }), 100),
});

export type Question = ReturnType<typeof questionShape>;
export type Questionnaire = ReturnType<typeof questionnaireShape>;
export type Texts = ReturnType<typeof textsShape>;

export interface ChannelDocuments {
  readonly questionnaire: Questionnaire;
  readonly texts: Texts;
}

/** Bytes whose hash is the name they were asked by. Throws `document-hash`. */
export function readDocument(bytes: Uint8Array, expected: Hash): Json {
  if (hex(h(bytes)) !== expected) {
    throw new WhistleError("document-hash");
  }
  try {
    return parseJson(bytes);
  } catch {
    throw new WhistleError("document-malformed");
  }
}

/** Throws `document-malformed`: wrong form, no `title` or `what`, a repeated id, or a condition on a question that can't be asked before. */
export function parseQuestionnaire(json: Json): Questionnaire {
  const document = shape.read(questionnaireShape, json, "document-malformed");
  const seen = new Map<string, Question>();
  for (const question of document.questions) {
    const { id, type, options, when } = question;
    const chosen = type === "choice" || type === "multiple";
    const condition = when === undefined ? undefined : seen.get(when.question);
    const wrong =
      seen.has(id) ||
      chosen !== (options !== undefined) ||
      new Set(options?.map((o) => o.id)).size !== (options?.length ?? 0) ||
      (when !== undefined && (condition === undefined || !when.is.every((value) => allows(condition, value))));
    if (wrong) {
      throw new WhistleError("document-malformed");
    }
    seen.set(id, question);
  }
  const isText = (id: string) => ["text", "longtext"].includes(seen.get(id)?.type ?? "");
  if (!isText("title") || !isText("what")) {
    throw new WhistleError("document-malformed");
  }
  return document;
}

export function parseTexts(json: Json): Texts {
  return shape.read(textsShape, json, "document-malformed");
}

/** The text in the reader's language, else in English, else in any. */
export function inLanguage<T>(texts: Readonly<Record<string, T>>, lang: string): T | undefined {
  return texts[lang] ?? texts[lang.split("-")[0] ?? lang] ?? texts["en"] ?? Object.values(texts)[0];
}

/** The questions that these answers lead to, in order. A question that hangs on one that is not asked is not asked. */
export function questionsAsked(questionnaire: Questionnaire, answers: readonly Answer[]): Question[] {
  const given = new Map(answers.map((answer) => [answer.q, answer.values]));
  const asked = new Set<string>();
  return questionnaire.questions.filter(({ id, when }) => {
    const ask = when === undefined || (asked.has(when.question) && (given.get(when.question) ?? []).some((value) => when.is.includes(value)));
    if (ask) {
      asked.add(id);
    }
    return ask;
  });
}

export type AnswerProblem = "answer-missing" | "answer-too-long" | "answer-not-an-option" | "answer-not-a-date" | "answer-too-many";

/** What is wrong with the answer to one question, or undefined. */
export function answerProblem(question: Question, values: readonly string[]): AnswerProblem | undefined {
  const filled = values.filter((value) => value.trim() !== "");
  if (filled.length === 0) {
    return question.required === "yes" ? "answer-missing" : undefined;
  }
  if (filled.length > 1 && question.type !== "multiple") {
    return "answer-too-many";
  }
  switch (question.type) {
    case "text":
    case "longtext":
      return [...(filled[0] ?? "")].length > limitOf(question) ? "answer-too-long" : undefined;
    case "date":
      return isDate(filled[0] ?? "") ? undefined : "answer-not-a-date";
    default:
      return filled.every((value) => allows(question, value)) && new Set(filled).size === filled.length ? undefined : "answer-not-an-option";
  }
}

/** Problems by question id, of the questions that are asked. */
export function answerProblems(questionnaire: Questionnaire, answers: readonly Answer[]): Readonly<Record<string, AnswerProblem>> {
  const problems: Record<string, AnswerProblem> = {};
  for (const question of questionsAsked(questionnaire, answers)) {
    const problem = answerProblem(question, answers.find((answer) => answer.q === question.id)?.values ?? []);
    if (problem !== undefined) {
      problems[question.id] = problem;
    }
  }
  return problems;
}

/** What is sent: answers to asked questions only, in the questionnaire's order, empty ones left out. */
export function answersToSend(questionnaire: Questionnaire, answers: readonly Answer[]): Answer[] {
  return questionsAsked(questionnaire, answers).flatMap(({ id }) => {
    const values = (answers.find((answer) => answer.q === id)?.values ?? []).filter((value) => value.trim() !== "");
    return values.length === 0 ? [] : [{ q: id, values }];
  });
}

/** Code points that a text answer may have; the title also fits its sheet (SPEC 5.1). */
export function limitOf(question: Question): number {
  const limit = question.max ?? (question.type === "text" ? 500 : 20_000);
  return question.id === "title" ? Math.min(limit, 200) : limit;
}

function allows(question: Question, value: string): boolean {
  return question.type === "yesno"
    ? ["yes", "no", "unsure"].includes(value)
    : (question.options?.some((option) => option.id === value) ?? false);
}

/** `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: a source may remember only the year. */
function isDate(value: string): boolean {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value) ?? [];
  return year !== undefined && parseIsoDay(`${year}-${month ?? "01"}-${day ?? "01"}`) !== undefined;
}
