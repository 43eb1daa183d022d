import type { JSX } from "preact";
import { inLanguage, limitOf, type Question } from "../lib/documents.ts";
import { Checkboxes } from "../ui/Checkboxes.tsx";
import { Choice } from "../ui/Choice.tsx";
import { TextArea } from "../ui/TextArea.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useSource } from "./context.ts";
import { DateField } from "./DateField.tsx";
import { number } from "./format.ts";

export interface QuestionFieldProps {
  readonly question: Question;
  readonly error: string | undefined;
  readonly large?: boolean;
  /** The page's heading asks this already. */
  readonly labelHidden?: boolean;
}

export function fieldId(question: Question): string {
  return `q-${question.id}`;
}

export function labelOf(question: Question, language: string): string {
  return inLanguage(question.label, language) ?? question.id;
}

/** One question of any type. A change is in the draft at once: there is no "save". */
export function QuestionField({ question, error, large = false, labelHidden = false }: QuestionFieldProps): JSX.Element {
  const { m, language, draft, write } = useSource();
  const values = draft.answers[question.id] ?? [];
  const set = (next: readonly string[]): void => write({ answers: { ...draft.answers, [question.id]: next } });
  const plain = labelOf(question, language);
  const help = question.help === undefined ? undefined : inLanguage(question.help, language);
  const skip = labelHidden && question.required === "no"; // else the label says so
  const text = {
    id: fieldId(question),
    label: question.required === "yes" ? plain : m.text("optional", { label: plain }),
    hint: help === undefined && !skip ? undefined : (
      <>
        {help !== undefined && <span dir="auto">{help}</span>} {skip && <span>{m.text("ask.skip")}</span>}
      </>
    ),
    error,
    large,
    labelHidden,
  };
  const options = (question.options ?? []).map((option) => ({ id: option.id, label: <span dir="auto">{inLanguage(option.label, language) ?? option.id}</span> }));
  const value = values[0] ?? "";
  const limit = limitOf(question);
  const used = [...value].length;
  const count = m.text("ask.count", { used: number(used, language), max: number(limit, language) });
  switch (question.type) {
    case "text":
      return <TextField {...text} value={value} onInput={(typed) => set([typed])} required={question.required === "yes"} count={used > limit / 2 ? count : undefined} />;
    case "longtext":
      return <TextArea {...text} value={value} onInput={(typed) => set([typed])} required={question.required === "yes"} tall={question.id === "what"} count={count} />;
    case "choice":
      return <Choice {...text} options={options} value={value} onChange={(id) => set([id])} />;
    case "yesno":
      return (
        <Choice
          {...text}
          options={[
            { id: "yes", label: m.text("ask.yes") },
            { id: "no", label: m.text("ask.no") },
            { id: "unsure", label: m.text("ask.unsure") },
          ]}
          value={value}
          onChange={(id) => set([id])}
        />
      );
    case "multiple":
      return <Checkboxes {...text} options={options} values={values} onChange={set} />;
    case "date":
      return <DateField {...text} hint={<>{text.hint} <span>{m.text("ask.date.hint")}</span></>} value={value} onInput={(typed) => set(typed === "" ? [] : [typed])} />;
  }
}
