import { questionsAsked, type Question, type Questionnaire } from "../lib/documents.ts";
import type { Answer } from "../lib/types.ts";

/**
 * How a questionnaire becomes pages: the report itself (`what`, then `title`) first, because whoever has
 * something to tell wants to tell it; then one question a page with those that hang on it; short ones share a page.
 */
export type QuestionPage = readonly Question[];

/** Short questions that may share a page. */
const together = 3;

export function questionPages(questionnaire: Questionnaire): readonly QuestionPage[] {
  const { questions } = questionnaire;
  const find = (id: string): Question[] => questions.filter((question) => question.id === id);
  const first = new Set(["what", "title"]);
  const rootOf = (question: Question): Question => {
    const parent = question.when === undefined ? undefined : questions.find((q) => q.id === question.when?.question);
    return parent === undefined ? question : rootOf(parent);
  };
  const pages: Question[][] = [[...find("what"), ...find("title")]];
  let open: Question[] | undefined;
  for (const root of questions) {
    if (rootOf(root) !== root || first.has(root.id)) {
      continue;
    }
    const group = questions.filter((question) => rootOf(question) === root && !first.has(question.id));
    const short = group.length === 1 && ["text", "date", "yesno"].includes(root.type);
    if (short && open !== undefined && open.length < together) {
      open.push(root);
    } else {
      open = short ? [root] : undefined;
      pages.push(open ?? group);
    }
  }
  // A question that hangs on `what` or `title` would be lost by the grouping above.
  pages[0]?.push(...questions.filter((question) => !first.has(question.id) && first.has(rootOf(question).id)));
  return pages;
}

/** The questions of a page that these answers lead to. */
export function askedOn(page: QuestionPage, questionnaire: Questionnaire, answers: readonly Answer[]): readonly Question[] {
  const asked = new Set(questionsAsked(questionnaire, answers).map((question) => question.id));
  return page.filter((question) => asked.has(question.id));
}

/** Whether a question stands under another one of its page. */
export function isDependent(question: Question): boolean {
  return question.when !== undefined;
}
