import { WhistleError } from "./errors.ts";
import { parseIsoDay } from "./days.ts";
import type { Question } from "./documents.ts";
import * as shape from "./shape.ts";
import type { Answer, Hash } from "./types.ts";

// SPEC 5.3.1: what a team asks in a letter, and the letter in which the source answers.

export const questionTypes = ["text", "choice", "date", "yesno"] as const;
export const maxQuestions = 12;
/** Code points of an answer to a `text` question. */
export const maxAnswer = 4000;

export const teamQuestionShape = shape.object({
  type: shape.oneOf(...questionTypes),
  label: shape.text(500),
  options: shape.optional(shape.list(shape.text(200), 20, 2)),
});
export type TeamQuestion = ReturnType<typeof teamQuestionShape>;

/** What of a letter says what it asks or answers. */
export interface Asking {
  readonly dir: "source" | "team";
  readonly seq: number;
  readonly hash: Hash;
  readonly kind: string;
  readonly status: string;
  readonly questions: readonly TeamQuestion[];
  readonly about: { readonly seq: number; readonly hash: Hash } | undefined;
  readonly answers: readonly Answer[];
}

/** Whether a question that has the shape is one: words in it, options for a choice alone, none of them twice. */
export function isQuestion({ type, label, options = [] }: TeamQuestion): boolean {
  return [label, ...options].every((text) => text.trim() !== "") && (type === "choice") === options.length > 0 && new Set(options).size === options.length;
}

/** Throws `message-malformed`: only the team asks, only a plain letter of the source answers, and no answer hangs in the air. */
export function checkAsking(dir: "source" | "team", body: { readonly kind: string; readonly questions?: readonly TeamQuestion[]; readonly about?: { readonly seq: number } }): void {
  const wrong =
    (body.questions !== undefined && (dir !== "team" || body.kind !== "text" || !body.questions.every(isQuestion))) ||
    (body.about !== undefined && (dir !== "source" || body.kind !== "text" || body.about.seq < 1)) ||
    (body.kind === "transcript" && dir !== "team");
  if (wrong) {
    throw new WhistleError("message-malformed");
  }
}

/** The n-th question (from 1) as the source's form knows one. An option's text is its id. */
export function asQuestion({ type, label, options }: TeamQuestion, id: string): Question {
  return {
    id,
    type: type === "text" ? "longtext" : type,
    label: { en: label },
    required: "no",
    options: options?.map((option) => ({ id: option, label: { en: option } })) ?? [],
    max: maxAnswer,
  };
}

const partialDate = /^\d{4}(-\d{2}(-\d{2})?)?$/;

function fits({ type, options }: TeamQuestion, value: string): boolean {
  switch (type) {
    case "text":
      return [...value].length <= maxAnswer;
    case "choice":
      return options?.includes(value) === true;
    case "yesno":
      return ["yes", "no", "unsure"].includes(value);
    case "date":
      return partialDate.test(value) && parseIsoDay(`${value}-01-01`.slice(0, 10)) !== undefined;
  }
}

/** The letter that one of the source answers: the very bytes that it names, and only where they held. */
export function answered<T extends Asking>(letter: Asking, letters: readonly T[]): T | undefined {
  const { about } = letter;
  return about === undefined ? undefined : letters.find(({ dir, seq, hash, status }) => dir === "team" && seq === about.seq && hash === about.hash && status === "readable");
}

export interface Answered {
  readonly question: TeamQuestion;
  readonly value: string;
}

/**
 * Answers beside their questions, in the order of the questions; and what fits none of them, which is shown as it is,
 * never in the place of an answer.
 */
export function pairAnswers(questions: readonly TeamQuestion[], answers: readonly Answer[]): { readonly paired: readonly Answered[]; readonly rest: readonly Answer[] } {
  const paired = questions.flatMap((question, i) => {
    const given = answers.filter(({ q }) => q === String(i + 1));
    const [value, ...more] = given.flatMap(({ values }) => values);
    return value === undefined || more.length > 0 || !fits(question, value) ? [] : [{ q: String(i + 1), question, value }];
  });
  const placed = new Set(paired.map(({ q }) => q));
  return { paired: paired.map(({ question, value }) => ({ question, value })), rest: answers.filter(({ q }) => !placed.has(q)) };
}

/**
 * The newest letter, up to the number `last`, that asks something or shows a transcript and that no letter of the source
 * answers. One of its own of which it kept no copy, or that was deleted, may have answered all that came before it.
 */
export function openAsking<T extends Asking>(letters: readonly T[], last: number): T | undefined {
  let open: T | undefined;
  for (const letter of letters) {
    if (letter.dir === "team") {
      open = letter.status === "readable" && letter.seq <= last && (letter.questions.length > 0 || letter.kind === "transcript") ? letter : open;
    } else if (open !== undefined && (letter.status === "no-copy" || letter.status === "purged" || letter.about?.seq === open.seq)) {
      open = undefined;
    }
  }
  return open;
}

export type TranscriptWord = "confirmed" | "corrected";

/** What the source's letter says of the transcript that it answers. */
export function transcriptWord({ dir, about, answers }: Pick<Asking, "dir" | "about" | "answers">): TranscriptWord | undefined {
  const [word] = answers.find(({ q }) => q === "transcript")?.values ?? [];
  return dir === "source" && about !== undefined && (word === "confirmed" || word === "corrected") ? word : undefined;
}
