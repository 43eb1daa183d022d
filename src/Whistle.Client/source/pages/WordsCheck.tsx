import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { splitWords } from "../../lib/receipt.ts";
import { Button } from "../../ui/Button.tsx";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { FormPage } from "../FormPage.tsx";
import { useSource } from "../context.ts";

/** Two words asked back: the last moment at which a slip of the pen can be noticed. */
export function WordsCheck(): JSX.Element | null {
  const { m, sent, confirmWords, back } = useSource();
  const [typed, setTyped] = useState<readonly [string, string]>(["", ""]);
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  if (sent?.words === undefined) {
    return null;
  }
  const { words } = sent;
  const onSubmit = (): void => {
    const found = sent.asked.flatMap((position, i) =>
      splitWords(typed[i] ?? "").join(" ") === words[position] ? [] : [{ field: `word-${i}`, text: m.text("words.check.wrong", { n: position + 1 }) }],
    );
    setProblems(found);
    if (found.length === 0) {
      confirmWords();
    }
  };
  return (
    <FormPage
      name="words-check"
      heading={m.text("words.check.heading")}
      problems={problems}
      act={m.text("words.check.go")}
      onSubmit={onSubmit}
      beside={<Button onClick={back}>{m.text("words.again")}</Button>}
      backHidden
    >
      <p class="lead">{m.text("words.check.lead")}</p>
      <p>{m.text("words.check.last")}</p>
      {sent.asked.map((position, i) => (
        <TextField
          key={position}
          id={`word-${i}`}
          label={m.text("words.check.label", { n: position + 1 })}
          value={typed[i] ?? ""}
          onInput={(value) => setTyped(i === 0 ? [value, typed[1]] : [typed[0], value])}
          error={problems.find((problem) => problem.field === `word-${i}`)?.text}
          code
          short
        />
      ))}
    </FormPage>
  );
}
