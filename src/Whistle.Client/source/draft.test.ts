import assert from "node:assert/strict";
import { test } from "node:test";
import { answerProblem, type Question, type Questionnaire } from "../lib/documents.ts";
import { chooseChannel, digits, emptyDraft, holdsText, sentAnswers, tidyDate, valuesOf, withChange } from "./draft.ts";

const when: Question = { id: "when", type: "date", label: { en: "When" }, required: "no" };

test("a year, a month with a year and a full date are tidied; anything else stays wrong", () => {
  assert.equal(tidyDate("2026"), "2026");
  assert.equal(tidyDate("2026--"), "2026");
  assert.equal(tidyDate("2026-3-"), "2026-03");
  assert.equal(tidyDate("2026-3-7"), "2026-03-07");
  for (const typed of ["26--", "2026--7", "2026-13-", "2026-2-30", "-3-7"]) {
    assert.equal(answerProblem(when, [tidyDate(typed)]), "answer-not-a-date", typed);
  }
});

test("Arabic and Persian digits are digits and letters are not", () => {
  assert.equal(digits("٢٠٢٦"), "2026");
  assert.equal(digits("۲۰۲۶"), "2026");
  assert.equal(digits("2a0-2 6"), "2026");
});

test("a draft holds text as soon as anything was typed or added, and white space is nothing", () => {
  assert.equal(holdsText(emptyDraft), false);
  assert.equal(holdsText({ ...emptyDraft, answers: { what: ["  \n"] } }), false);
  assert.equal(holdsText({ ...emptyDraft, answers: { what: ["x"] } }), true);
  assert.equal(holdsText({ ...emptyDraft, contact: "x" }), true);
});

test("another channel keeps the text and asks anew who may open it", () => {
  const draft = { ...emptyDraft, channel: "a", answers: { what: ["x"] }, unticked: ["p"], reviewing: true };
  assert.equal(chooseChannel(draft, "a"), draft);
  assert.deepEqual(chooseChannel(draft, "b"), { ...draft, channel: "b", unticked: [], reviewing: false });
});

test("options of another questionnaire are left out and answers to questions that are not asked are not sent", () => {
  const relation: Question = { id: "relation", type: "choice", label: {}, required: "yes", options: [{ id: "self", label: {} }, { id: "other", label: {} }] };
  const consent: Question = { id: "consent", type: "yesno", label: {}, required: "no", when: { question: "relation", is: ["other"] } };
  const questionnaire: Questionnaire = { v: 1, id: "q", questions: [relation, consent, when] };
  const draft = { ...emptyDraft, answers: { relation: ["self"], consent: ["yes"], when: ["2026-3-"] } };
  assert.deepEqual(sentAnswers(draft, questionnaire), [{ q: "relation", values: ["self"] }, { q: "when", values: ["2026-03"] }]);
  assert.deepEqual(valuesOf({ ...draft, answers: { relation: ["elsewhere"] } }, relation), []);
});

test("a change that changes nothing leaves the very same draft, so that it is sealed once only", () => {
  const draft = withChange(emptyDraft, { reviewing: true, name: "N." });
  assert.notEqual(draft, emptyDraft);
  assert.equal(withChange(draft, { reviewing: true }), draft);
  assert.equal(withChange(draft, {}), draft);
  assert.notEqual(withChange(draft, { reviewing: true, name: "M." }), draft);
});
