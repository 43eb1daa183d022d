import type { JSX } from "preact";
import { refusalCodes, type RefusalCode } from "../../lib/deskApi.ts";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import type { DeskMessages } from "../messages.ts";
import { namesIn } from "../model/names.ts";
import { categories, leftovers, markEverywhere, partsLeft, redact, removeMark, segments, type Category } from "../model/redaction.ts";
import type { PersonView, SummaryView } from "../model/views.ts";
import { Diff } from "./diff-view.tsx";
import { Marked, selectionIn } from "./marked.tsx";
import { outcomes, type OutcomeName, type SummaryWork } from "./work.ts";
import { asRole } from "../reviewer/aside.tsx";
import type { DraftAt } from "../reviewer/drafts.ts";
import { DraftState } from "../reviewer/draft-state.tsx";

/** What is proposed, and to whom. */
export interface Proposed {
  readonly title: string;
  readonly text: string;
  readonly outcome: OutcomeName;
  readonly approvers: readonly string[];
}

export interface EditorProps {
  /** The source's own words, which stay as they are. */
  readonly original: string;
  /** Held outside, so that another page or a locked desk does not lose it. */
  readonly work: SummaryWork;
  readonly write: (work: SummaryWork) => void;
  readonly draft: DraftAt;
  readonly earlier: readonly SummaryView[];
  /** The source's name, where a custodian gave it. */
  readonly names: readonly string[];
  readonly approvers: readonly PersonView[];
  readonly working: boolean;
  readonly error: string | undefined;
  readonly propose: (proposed: Proposed) => void;
  readonly close: () => void;
}

/** Left the original with its marks, right the summary made from it. Only what stands on the right can ever leave. */
export function SummaryEditor(props: EditorProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const { original, work, write, earlier, approvers, working, error } = props;
  const { title, outcome, marks, edited } = work;
  const [category, setCategory] = useState<Category>("person");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [showing, show] = useState<"write" | "compare">("write");
  const [problems, setProblems] = useState<{ readonly title?: string; readonly text?: string; readonly approvers?: string }>({});
  const [hint, setHint] = useState<string | undefined>(undefined);
  const [typedWords, setTypedWords] = useState("");
  const source = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  const made = useMemo(() => redact(original, marks, (c) => m.text(`mark.${c}`)), [original, marks, m]);
  const text = edited ?? made;
  const left = useMemo(() => leftovers(original, marks, `${title}\n${text}`), [original, marks, title, text]);

  const named = useMemo(() => namesIn(`${title}\n${text}`, props.names), [title, text, props.names]);
  const parts = useMemo(() => partsLeft(original, marks, `${title}\n${text}`), [original, marks, title, text]);

  const mark = (): void => {
    const typed = typedWords.trim();
    const found = typed === "" ? -1 : original.toLowerCase().indexOf(typed.toLowerCase());
    const selected = typed === "" ? (source.current === null ? undefined : selectionIn(source.current)) : found < 0 ? undefined : { start: found, end: found + typed.length };
    if (selected === undefined) {
      setHint(m.text(typed === "" ? "summary.selectFirst" : "mark.notThere"));
      return;
    }
    setHint(undefined);
    setTypedWords("");
    const added = { ...selected, category };
    const next = markEverywhere(original, marks, added);
    // Where the text was already changed by hand, the words are replaced there too, wherever they still stand.
    const words = original.slice(selected.start, selected.end).trim();
    write({ ...work, marks: next, ...(edited === undefined ? {} : { edited: replaceAllWords(edited, words, `[${m.text(`mark.${category}`)}]`) }) });
    getSelection()?.removeAllRanges();
  };

  const submit = (event: Event): void => {
    event.preventDefault();
    const found = {
      ...(title.trim() === "" ? { title: m.text("summary.titleMissing") } : [...title].length > 200 ? { title: m.text("summary.titleLong") } : {}),
      ...(text.trim() === "" ? { text: m.text("summary.textMissing") } : [...text].length > 20_000 ? { text: m.text("summary.textLong") } : left.length > 0 ? { text: m.text("summary.leftovers", { words: left.join(", ") }) } : {}),
      ...(chosen.length === 0 ? { approvers: m.text("summary.approverMissing") } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0 && !working) {
      props.propose({ title: title.trim(), text, outcome, approvers: chosen });
    }
  };

  return (
    <section class="summary-page stack" aria-labelledby="summary-heading">
      <header class="summary-head">
        <Button onClick={props.close}>{m.text("summary.back")}</Button>
        <h1 id="summary-heading" ref={heading} tabIndex={-1}>{m.text("summary.heading")}</h1>
      </header>
      <p class="hint">{m.text("summary.explain")}</p>
      {earlier.length === 0 ? null : (
        <ul class="earlier">
          {earlier.map((summary) => (
            <li key={summary.id}>
              <span dir="auto">{summary.title}</span>: {m.text(`summary.state.${summary.state}`)}
              {summary.refusal === undefined ? null : ` (${refusalWords(m, summary.refusal)})`}
              {summary.text === "" ? null : (
                <Button kind="plain" onClick={() => write({ ...work, title: summary.title, edited: summary.text })}>{m.text("summary.startFrom")}</Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <form class="stack" onSubmit={submit}>
        <div class="editor">
          <div class="editor-side stack-tight">
            <h2 id={`${id}-original`}>{m.text("summary.original")}</h2>
            <div class="mark-bar" role="group" aria-label={m.text("mark.label")}>
              <TextField id={`${id}-words`} short label={m.text("mark.words")} hint={m.text("mark.wordsHint")} value={typedWords} onInput={setTypedWords} />
              <select class="input" aria-label={m.text("mark.as")} value={category} onChange={(event) => setCategory(categories.find((c) => c === event.currentTarget.value) ?? "removed")}>
                {categories.map((c) => (
                  <option key={c} value={c}>[{m.text(`mark.${c}`)}]</option>
                ))}
              </select>
              <Button onClick={mark}>{m.text("mark.do")}</Button>
              <span class="soft small" role="status">{hint ?? m.count("mark.count", marks.length)}</span>
            </div>
            <Marked
              container={source}
              labelledBy={`${id}-original`}
              segments={segments(original, marks)}
              unmark={(gone) => write({ ...work, marks: removeMark(marks, gone) })}
            />
          </div>
          <div class="editor-side stack-tight">
            <h2>{m.text("summary.released")}</h2>
            <TextField id={`${id}-title`} label={m.text("summary.titleField")} value={title} onInput={(typed) => write({ ...work, title: typed })} error={problems.title} hint={m.text("summary.titleHint")} />
            <div class="tabs-small row" role="group" aria-label={m.text("summary.views")}>
              <button type="button" class="chip" aria-pressed={showing === "write"} onClick={() => show("write")}>{m.text("summary.write")}</button>
              <button type="button" class="chip" aria-pressed={showing === "compare"} onClick={() => show("compare")}>{m.text("summary.compare")}</button>
              {edited === undefined ? null : <Button kind="plain" onClick={() => write({ title, outcome, marks })}>{m.text("summary.remake")}</Button>}
            </div>
            {showing === "write" ? (
              <TextArea id={`${id}-text`} label={m.text("summary.textField")} tall value={text} onInput={(typed) => write({ ...work, edited: typed })} error={problems.text} />
            ) : (
              <Diff before={original} after={text} label={m.text("summary.diffLabel")} />
            )}
            {parts.length === 0 ? null : <Notice kind="warn" title={m.text("summary.parts", { words: parts.join(", ") })} />}
            {named.length === 0 ? null : <Notice kind="warn" title={m.text("identity.stands", { words: named.join(", ") })} />}
            {left.length === 0 ? null : <Notice kind="warn" title={m.text("summary.leftovers", { words: left.join(", ") })} />}
          </div>
        </div>
        <div class="stack-tight">
          <label class="field-label" for={`${id}-outcome`}>{m.text("summary.outcome")}</label>
          <select id={`${id}-outcome`} class="input" value={outcome} onChange={(event) => write({ ...work, outcome: outcomes.find((o) => o === event.currentTarget.value) ?? "open" })}>
            {outcomes.map((o) => (
              <option key={o} value={o}>{m.text(`outcome.${o}`)}</option>
            ))}
          </select>
        </div>
        {approvers.length === 0 ? (
          <Notice kind="warn" title={m.text("summary.noApprovers")} />
        ) : (
          <Checkboxes
            id={`${id}-approvers`}
            label={m.text("summary.approvers")}
            hint={m.text("summary.approversHint")}
            error={problems.approvers}
            values={chosen}
            onChange={setChosen}
            options={approvers.map((person) => ({
              id: person.id,
              label: m.text("grant.person", { name: person.name, role: m.text(`role.${asRole(person.role)}`), place: m.text(person.place === "outside" ? "place.outside" : "place.inside") }),
            }))}
          />
        )}
        {error === undefined ? null : <Notice kind="warn" live title={error} />}
        <p class="effect">{m.text("summary.effect")}</p>
        <div class="row">
          <Button kind="main" submit inactive={working}>{m.text(working ? "summary.proposing" : "summary.propose")}</Button>
          <DraftState draft={props.draft} />
        </div>
      </form>
    </section>
  );
}

/** Of a summary, a closing or a purge; a code that this desk does not know is another reason. */
export function asRefusal(code: string): RefusalCode {
  return Object.values(refusalCodes).flat().find((known) => known === code) ?? "other";
}

export function refusalWords(m: DeskMessages, code: string): string {
  const known = asRefusal(code);
  return m.text(known === "other" ? "refusal.another" : `refusal.${known}`);
}

function replaceAllWords(text: string, words: string, by: string): string {
  if (words === "") {
    return text;
  }
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${words.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "giu");
  return text.replace(pattern, () => by);
}
