import { utf8 } from "../../lib/bytes.ts";
import { canonicalText, parseJson } from "../../lib/jcs.ts";
import { isQuestion, maxQuestions, questionTypes, teamQuestionShape, type TeamQuestion } from "../../lib/questions.ts";
import * as shape from "../../lib/shape.ts";

/** A question while it is being written: options one a line. */
export interface QuestionWork {
  readonly type: TeamQuestion["type"];
  readonly label: string;
  readonly options: string;
}

/** A letter that is being written. */
export interface LetterWork {
  readonly text: string;
  readonly questions: readonly QuestionWork[];
  readonly transcript: boolean;
  /** The language it is written in; "" for the one that the source writes. */
  readonly lang: string;
}

/** No keyboard types it: what begins so is a letter with more than a text. */
const mark = "\u0000";

const workShape = shape.object({
  v: shape.just(1),
  text: shape.text(),
  questions: shape.list(shape.object({ type: shape.oneOf(...questionTypes), label: shape.text(), options: shape.text() }), maxQuestions),
  transcript: shape.oneOf("yes", "no"),
  lang: shape.text(35),
});

/** The text of a reply's draft (SPEC section 11). A letter that is a text alone is that text. */
export function writeLetterWork({ text, questions, transcript, lang }: LetterWork): string {
  return questions.length === 0 && !transcript && lang === ""
    ? text
    : mark + canonicalText({ v: 1, text, questions: questions.map((question) => ({ ...question })), transcript: transcript ? "yes" : "no", lang });
}

/** Throws `draft-malformed`, `json-malformed`. */
export function readLetterWork(draft: string): LetterWork {
  if (!draft.startsWith(mark)) {
    return { text: draft, questions: [], transcript: false, lang: "" };
  }
  const { text, questions, transcript, lang } = shape.read(workShape, parseJson(utf8(draft.slice(1))), "draft-malformed");
  return { text, questions, transcript: transcript === "yes", lang };
}

/** The question as it is sent. */
export function questionOf({ type, label, options }: QuestionWork): TeamQuestion {
  const lines = options.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return { type, label: label.trim(), ...(type === "choice" ? { options: lines } : {}) };
}

/** Whether a source can be asked this. */
export function isAskable(work: QuestionWork): boolean {
  const question = questionOf(work);
  try {
    return isQuestion(shape.read(teamQuestionShape, { ...question }, "question-malformed"));
  } catch {
    return false;
  }
}
