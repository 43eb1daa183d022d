import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { answerProblems, type Question } from "../../lib/documents.ts";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { SummaryList } from "../../ui/SummaryList.tsx";
import { FormPage } from "../FormPage.tsx";
import { labelOf } from "../QuestionField.tsx";
import { answerLines } from "../answerText.ts";
import { chosen, choices, left, pagesToAsk, placeOf } from "../chosen.ts";
import { useSource } from "../context.ts";
import { answersOf, valuesOf } from "../draft.ts";
import { list, size } from "../format.ts";
import { askedOn } from "../questionPages.ts";
import { effectiveUnticked } from "../readers.ts";
import { DirectoryProblem } from "./DirectoryProblem.tsx";
import { nameErrors } from "./Me.tsx";

/** The last look: all of it, each with Change; nothing was sent yet. */
export function Check(): JSX.Element {
  const source = useSource();
  const { m, language, draft, write, go } = source;
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  useEffect(() => write({ reviewing: true }), []);
  const now = chosen(source);
  if (now === undefined) {
    return <DirectoryProblem />;
  }
  const { questionnaire } = now.documents;
  const answers = answersOf(draft, questionnaire);
  const pages = pagesToAsk(source, now);
  const offered = choices(source, now);
  const { people, later, recovery, custodians } = left(offered, draft.unticked);
  const out = effectiveUnticked(offered, draft.unticked);
  const names = [...people.map((person) => person.name), ...(recovery ? [m.text("recovery")] : [])];
  const leftOut = [
    ...[...offered.people, ...offered.later, ...offered.custodians].filter((person) => out.includes(person.id)).map((person) => person.name),
    ...(offered.recovery !== undefined && !recovery ? [m.text("recovery")] : []),
  ];
  const change = (onClick: () => void) => ({ label: m.text("change"), onClick });
  const rowOf = (question: Question, page: number) => {
    const lines = answerLines(m, question, valuesOf(draft, question)).filter((line) => line.trim() !== "");
    return {
      id: `check-${question.id}`,
      name: labelOf(question, language),
      value:
        lines.length === 0 ? (
          <span class="soft">{m.text("check.empty")}</span>
        ) : (
          lines.map((line) => (
            <p class="letter" dir="auto" key={line}>
              {line}
            </p>
          ))
        ),
      change: change(() => go("ask", page)),
    };
  };
  const giving = draft.give && custodians.length > 0;
  const onSubmit = (): void => {
    const wrong = answerProblems(questionnaire, answers);
    const found = questionnaire.questions.flatMap((question) =>
      wrong[question.id] === undefined ? [] : [{ field: `check-${question.id}`, text: m.text("check.missing", { label: labelOf(question, language) }) }],
    );
    if (names.length === 0) {
      found.push({ field: "check-readers", text: m.text("who.nobody") });
    }
    if (giving) {
      // The browser's Back leads here past the page that asks for it.
      found.push(...nameErrors(m, draft).slice(0, 1).map(({ text }) => ({ field: "check-me", text })));
    }
    setProblems(found);
    if (found.length === 0) {
      go("sending");
    }
  };
  return (
    <FormPage name="check" heading={m.text("check.heading")} place={placeOf(source, now, { after: 4 })} problems={problems} act={m.text("check.send", { name: now.name })} onSubmit={onSubmit}>
      <p class="lead">{m.text("check.lead")}</p>
      <SummaryList
        rows={[
          { id: "check-channel", name: m.text("check.to"), value: `${now.name}, ${now.channel.entity}`, change: change(() => go("channels")) },
          { id: "check-readers", name: m.text("check.readers.list"), value: names.length === 0 ? m.text("check.nobody") : list(names, language), change: change(() => go("who")) },
          ...(later.length === 0 ? [] : [{ id: "check-later", name: m.text("who.later"), value: list(later.map((person) => person.name), language), change: change(() => go("who")) }]),
          ...(leftOut.length === 0 ? [] : [{ id: "check-out", name: m.text("check.left-out"), value: list(leftOut, language), change: change(() => go("who")) }]),
          {
            id: "check-me",
            name: m.text("check.identity"),
            value: giving ? (
              <>
                {draft.name.trim() === "" ? <p class="soft">{m.text("check.empty")}</p> : <p dir="auto">{draft.name}</p>}
                {draft.contact !== "" && <p dir="auto">{draft.contact}</p>}
                <p class="soft small">
                  {m.text("check.custodians")}: {list(custodians.map((person) => person.name), language)}
                </p>
              </>
            ) : (
              m.text("me.anonymous")
            ),
            change: change(() => go("me")),
          },
        ]}
      />
      <h2>{m.text("check.answers")}</h2>
      <SummaryList
        rows={[
          ...pages.flatMap((page, index) => askedOn(page, questionnaire, answers).map((question) => rowOf(question, index))),
          {
            id: "check-files",
            name: m.text("letter.files"),
            value:
              draft.files.length === 0 ? (
                <span class="soft">{m.text("files.none")}</span>
              ) : (
                draft.files.map((file) => (
                  <p key={file.key}>
                    <bdi>{file.sendName}</bdi> <span class="soft">{size(file.data.size, language)}</span>
                  </p>
                ))
              ),
            change: change(() => go("files")),
          },
        ]}
      />
      <Checkboxes
        id="copy"
        label={m.text("check.copy")}
        options={[{ id: "kept", label: m.text("check.copy.label"), hint: m.text("check.copy.hint") }]}
        values={draft.copy === "kept" ? ["kept"] : []}
        onChange={(values) => write({ copy: values.includes("kept") ? "kept" : "none" })}
      />
      <Notice kind="warn" title={m.text("check.only-you")}>
        <p>{m.text("check.only-you.text")}</p>
      </Notice>
      <p>{m.text("check.last", { names: list(names, language) })}</p>
    </FormPage>
  );
}
