import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { answerProblem } from "../../lib/documents.ts";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { FormPage } from "../FormPage.tsx";
import { fieldId, labelOf, QuestionField } from "../QuestionField.tsx";
import { problemText } from "../answerText.ts";
import { chosen, pagesToAsk, placeOf } from "../chosen.ts";
import { useSource } from "../context.ts";
import { answersOf, valuesOf } from "../draft.ts";
import { askedOn, isDependent } from "../questionPages.ts";
import { DirectoryProblem } from "./DirectoryProblem.tsx";

/** One page of the questionnaire. */
export function Ask({ page: index }: { readonly page: number }): JSX.Element {
  const source = useSource();
  const { m, language, draft, go } = source;
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const now = chosen(source);
  if (now === undefined) {
    return <DirectoryProblem />;
  }
  const pages = pagesToAsk(source, now);
  const at = Math.min(index, pages.length - 1);
  const { questionnaire } = now.documents;
  const questions = askedOn(pages[at] ?? [], questionnaire, answersOf(draft, questionnaire));
  const roots = questions.filter((question) => !isDependent(question));
  const first = questions[0];
  // The page of the report itself, and a page with one question, ask it in the heading.
  const asksInHeading = first !== undefined && (at === 0 || roots.length === 1);
  const onSubmit = (): void => {
    const found = questions.flatMap((question) => {
      const values = valuesOf(draft, question);
      const problem = answerProblem(question, values);
      return problem === undefined ? [] : [{ field: fieldId(question), text: problemText(m, question, problem, values[0] ?? "") }];
    });
    setProblems(found);
    if (found.length === 0) {
      if (draft.reviewing) {
        go("check");
      } else if (at + 1 < pages.length) {
        go("ask", at + 1);
      } else {
        go("files");
      }
    }
  };
  return (
    <FormPage
      name={`ask-${at}`}
      heading={asksInHeading ? labelOf(first, language) : m.text("ask.details")}
      place={placeOf(source, now, { question: at })}
      problems={problems}
      onSubmit={onSubmit}
    >
      {questions.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          error={problems.find((problem) => problem.field === fieldId(question))?.text}
          large={!asksInHeading && roots.length === 1}
          labelHidden={asksInHeading && question === first}
        />
      ))}
      <p class="soft small">{m.text("ask.memory")}</p>
    </FormPage>
  );
}
