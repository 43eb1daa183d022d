import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { codeOf, WhistleError } from "../../lib/errors.ts";
import { openMailbox } from "../../lib/flows/mailbox.ts";
import { splitWords } from "../../lib/receipt.ts";
import { Button } from "../../ui/Button.tsx";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { describedBy, fieldClass, HintAndError } from "../../ui/field.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { ProgressText } from "../../ui/ProgressText.tsx";
import { FormPage } from "../FormPage.tsx";
import { useSource, type Source } from "../context.ts";
import { list } from "../format.ts";
import { complete, nth, spellOut, typing } from "../typedWords.ts";
import { directoryText, isDirectoryProblem } from "./DirectoryProblem.tsx";

/** One field that takes all twelve words, typed or pasted. */
export function Return(): JSX.Element {
  const source = useSource();
  const { m, ground, enter, swap, go, forgotten, holdWords } = source;
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [opening, setOpening] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const controller = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const holds = text.trim() !== "";
  useEffect(() => {
    holdWords(holds);
    return () => holdWords(false);
  }, [holds]);
  const { count, completions } = typing(text, caret);

  const onSubmit = async (): Promise<void> => {
    if (splitWords(text).length === 0) {
      setProblems([{ field: "words", text: m.text("return.none") }]);
      return;
    }
    const words = spellOut(text);
    controller.current = new AbortController();
    setOpening(true);
    setProblems([]);
    try {
      const mailbox = await openMailbox(ground.api, words, { origin: ground.origin, today: ground.today() }, { signal: controller.current.signal });
      enter({ mailbox, words });
      swap("mailbox");
    } catch (error) {
      setOpening(false);
      const code = codeOf(error);
      if (code !== "cancelled") {
        setProblems([{ field: "words", text: wordsProblem(source, code, error instanceof WhistleError ? error.positions : [], count) }]);
      }
    }
  };
  const pick = (word: string): void => {
    const done = complete(text, caret, word);
    setText(done.text);
    setCaret(done.caret);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(done.caret, done.caret);
    });
  };
  const field = { id: "words", label: m.text("return.label"), hint: m.text("return.hint"), error: problems[0]?.text };
  if (opening) {
    return (
      <FormPage name="return-opening" heading={m.text("return.heading")}>
        <ProgressText text={m.text("return.opening")} />
        <div>
          <Button
            onClick={() => {
              controller.current?.abort();
              setOpening(false);
            }}
          >
            {m.text("cancel")}
          </Button>
        </div>
      </FormPage>
    );
  }
  return (
    <FormPage
      name="return"
      heading={m.text("return.heading")}
      problems={problems}
      act={m.text("return.open")}
      onSubmit={() => void onSubmit()}
      beside={
        <Button kind="plain" onClick={() => go("lost")}>
          {m.text("start.lost")}
        </Button>
      }
    >
      {forgotten && (
        <Notice live>
          <p>{m.text("return.forgot")}</p>
        </Notice>
      )}
      <div class={fieldClass(field)}>
        <label class="field-label" for="words">
          {field.label}
        </label>
        <HintAndError {...field} />
        <textarea
          id="words"
          class="input words-input"
          ref={area}
          dir="ltr"
          lang="en"
          rows={4}
          value={text}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          translate={false}
          aria-invalid={field.error === undefined ? undefined : "true"}
          aria-describedby={describedBy(field, true)}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setCaret(event.currentTarget.selectionEnd);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionEnd)}
        />
        <p class="count" id="words-count">
          {m.count("return.count", count)}
        </p>
        <div class="completions" role="group" aria-label={m.text("return.complete")}>
          {completions.length > 0 && <span class="soft small">{m.text("return.complete")}</span>}
          {completions.map((word) => (
            <Button key={word} onClick={() => pick(word)}>
              <span lang="en" dir="ltr">
                {word}
              </span>
            </Button>
          ))}
        </div>
      </div>
    </FormPage>
  );
}

/** Precise about what was typed, silent about what the server has. */
function wordsProblem({ m, language }: Source, code: string, positions: readonly number[], count: number): string {
  if (isDirectoryProblem(code)) {
    return m.text(directoryText(code));
  }
  switch (code) {
    case "words-not-on-list":
      return m.count("return.not-on-list", positions.length, { positions: list(positions.map((position) => nth(position, language)), language) });
    case "words-count":
      return m.count("return.few", count);
    case "words-checksum":
      return m.text("return.checksum");
    case "words-unknown":
      return m.text("return.unknown");
    case "network":
      return m.text("return.unreachable");
    case "state-missing":
    case "state-invalid":
    case "promise-invalid":
      return m.text("return.state");
    default:
      return m.text("trouble");
  }
}
