import assert from "node:assert/strict";
import { test } from "node:test";
import type { Question, Questionnaire } from "../lib/documents.ts";
import { askedOn, questionPages } from "./questionPages.ts";

function question(id: string, type: Question["type"], more: Partial<Question> = {}): Question {
  return { id, type, label: { en: id }, required: "no", ...more };
}

const options = [
  { id: "self", label: { en: "self" } },
  { id: "other", label: { en: "other" } },
];
const questionnaire: Questionnaire = {
  v: 1,
  id: "test",
  questions: [
    question("relation", "choice", { options }),
    question("consent", "yesno", { when: { question: "relation", is: ["other"] } }),
    question("title", "text"),
    question("what", "longtext"),
    question("when", "date"),
    question("where", "text"),
    question("ongoing", "yesno"),
    question("since", "text"),
    question("harm", "multiple", { options }),
    question("told", "yesno"),
    question("who", "longtext", { when: { question: "told", is: ["yes"] } }),
    question("answer", "yesno", { when: { question: "who", is: ["yes"] } }),
  ],
};
const pages = questionPages(questionnaire);

test("the report comes first, and each question stands on exactly one page", () => {
  assert.deepEqual(pages[0]?.map((q) => q.id), ["what", "title"]);
  assert.deepEqual(pages.flat().map((q) => q.id).sort(), questionnaire.questions.map((q) => q.id).sort());
});

test("short questions share a page, at most three, and a question takes those that hang on it along", () => {
  assert.deepEqual(pages.slice(1).map((page) => page.map((q) => q.id)), [["relation", "consent"], ["when", "where", "ongoing"], ["since"], ["harm"], ["told", "who", "answer"]]);
});

test("a question that hangs on the report itself is not lost", () => {
  const odd: Questionnaire = { ...questionnaire, questions: [question("title", "text"), question("what", "longtext"), question("more", "text", { when: { question: "title", is: ["x"] } })] };
  assert.deepEqual(questionPages(odd).map((page) => page.map((q) => q.id)), [["what", "title", "more"]]);
});

test("a conditional question is asked only after the answer that it hangs on", () => {
  const page = pages[1] ?? [];
  assert.deepEqual(askedOn(page, questionnaire, []).map((q) => q.id), ["relation"]);
  assert.deepEqual(askedOn(page, questionnaire, [{ q: "relation", values: ["other"] }]).map((q) => q.id), ["relation", "consent"]);
  assert.deepEqual(askedOn(page, questionnaire, [{ q: "relation", values: ["self"] }]).map((q) => q.id), ["relation"]);
});
