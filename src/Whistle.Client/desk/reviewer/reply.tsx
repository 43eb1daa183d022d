import type { Meeting } from "../../lib/meeting.ts";
import { isLaw, type ClockPolicy } from "../../lib/clocks.ts";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import type { CaseFacts } from "../model/case.ts";
import { dayWords } from "../model/days.ts";
import { dueOf, replyCounts, type Counts } from "../model/moves.ts";
import { FilePicker } from "../parts/file-picker.tsx";
import { DraftState } from "./draft-state.tsx";
import type { DraftAt } from "./drafts.ts";
import { maxQuestions, questionTypes, type TeamQuestion } from "../../lib/questions.ts";
import { TextField } from "../../ui/TextField.tsx";
import { template as templateOf, templateKinds, templateLanguages, type TemplateKind } from "../model/templates.ts";
import { isAskable, questionOf, type LetterWork, type QuestionWork } from "./letter-work.ts";
import { languageChoices } from "../model/languages.ts";
import { SelectField } from "./record-parts.tsx";

export interface ReplyToSend {
  readonly text: string;
  readonly counts: Counts;
  readonly files: readonly File[];
  readonly meeting: "offered" | "held" | undefined;
  readonly questions: readonly TeamQuestion[];
  readonly transcript: boolean;
  readonly lang: string;
}

export interface ReplyProps {
  readonly facts: CaseFacts;
  readonly policy: ClockPolicy;
  readonly work: LetterWork;
  readonly write: (work: LetterWork) => void;
  /** The language of what the source wrote last. */
  readonly sourceLang: string;
  readonly draft: DraftAt;
  /** Held beside the text, so that another tab does not lose them and a letter that was sent does not keep them. */
  readonly files: readonly File[];
  readonly attach: (files: readonly File[]) => void;
  readonly sending: string | undefined;
  readonly error: string | undefined;
  readonly send: (reply: ReplyToSend) => void;
  /** The meeting that the source asked for last. */
  readonly meeting: Meeting | undefined;
}

/** Article of the wire: files of one message are at most 25 MB and 64 together (SPEC 5.5). */
const maxBytes = 26_214_400;
const maxFiles = 64;

/** The letter to the source. Its frame, its place and its button all name the reader, so that no note is sent by mistake. */
export function Reply({ facts, policy, work, write, sourceLang, draft, files, attach, sending, error, send, meeting }: ReplyProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const { text, questions, transcript } = work;
  const lang = work.lang === "" ? sourceLang : work.lang;
  const [template, chooseTemplate] = useState<TemplateKind>("acknowledgement");
  const offered = replyCounts(facts.state);
  const [chosen, choose] = useState<Counts | undefined>(undefined);
  const counts = chosen !== undefined && offered.includes(chosen) ? chosen : offered[0] ?? "none";
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [says, setSays] = useState("");
  if (facts.source === "gone") {
    return (
      <Notice title={m.text("reply.gone.title")}>
        <p>{m.text("reply.gone.text")}</p>
      </Notice>
    );
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (sending !== undefined) {
      return;
    }
    if (text.trim() === "") {
      setProblem(m.text("reply.empty"));
    } else if (!transcript && !questions.every(isAskable)) {
      setProblem(m.text("questions.wrong"));
    } else if (total > maxBytes || files.length > maxFiles) {
      setProblem(m.text("reply.filesTooLarge"));
    } else {
      setProblem(undefined);
      send({ text, counts, files, meeting: says === "offered" || says === "held" ? says : undefined, questions: transcript ? [] : questions.map(questionOf), transcript, lang });
    }
  };
  const due = dueOf(counts, facts);
  return (
    <form class="composer composer-reply stack-tight" aria-label={m.text("reply.title")} onSubmit={submit}>
      <p class="composer-label">{m.text("reply.to")}</p>
      <TextArea id={`${id}-text`} label={m.text("reply.title")} value={text} onInput={(next) => write({ ...work, text: next })} error={problem} hint={m.text("reply.hint")} />
      <div class="row row-fields">
        <SelectField id={`${id}-lang`} label={m.text("reply.lang")} value={lang} onInput={(next) => write({ ...work, lang: next })} options={languageChoices([...templateLanguages, sourceLang, lang], m.language)} />
        <SelectField
          id={`${id}-template`}
          label={m.text("template.label")}
          value={template}
          onInput={(next) => chooseTemplate(templateKinds.find((kind) => kind === next) ?? "acknowledgement")}
          options={templateKinds.map((kind) => ({ id: kind, label: m.text(`template.${kind}`) }))}
        />
        <Button onClick={() => write({ ...work, text: [text.trimEnd(), templateOf(template, lang).text].filter((part) => part !== "").join("\n\n") })}>{m.text("template.insert")}</Button>
      </div>
      {templateOf(template, lang).lang === (lang.split("-")[0] ?? lang) ? null : <p class="hint">{m.text("template.english")}</p>}
      <label class="check">
        <input type="checkbox" checked={transcript} onChange={(event) => write({ ...work, transcript: event.currentTarget.checked })} />
        <span>{m.text("transcript.label")}</span>
      </label>
      {transcript ? <p class="hint">{m.text("transcript.hint")}</p> : <Questions id={id} work={work} write={write} />}
      <FilePicker files={files} attach={attach} />
      {offered.length > 1 && isLaw(policy) ? (
        <Choice
          id={`${id}-counts`}
          label={m.text("counts.label")}
          value={counts}
          onChange={(value) => choose(offered.find((o) => o === value))}
          options={offered.map((option) => {
            const by = dueOf(option, facts);
            return {
              id: option,
              label: m.text(`counts.${option}`),
              hint: by === undefined ? undefined : m.text("counts.due", { day: dayWords(m.language, by, today) }),
            };
          })}
        />
      ) : offered.length > 1 ? (
        <Choice
          id={`${id}-counts`}
          label={m.text("counts.label")}
          value={counts}
          onChange={(value) => choose(offered.find((o) => o === value))}
          options={offered.map((option) => ({ id: option, label: m.text(`counts.${option}`) }))}
        />
      ) : null}
      {meeting === undefined || meeting.held !== undefined ? null : (
        <Choice
          id={`${id}-meeting`}
          label={m.text("meeting.label")}
          value={says}
          onChange={setSays}
          options={[
            { id: "", label: m.text("meeting.nothing") },
            { id: "offered", label: m.text("meeting.offered") },
            { id: "held", label: m.text("meeting.held") },
          ]}
        />
      )}
      <p class="effect">
        {counts === "none" || due === undefined
          ? m.text("effect.none")
          : m.text(isLaw(policy) ? `effect.${counts}` : `effect.${counts}.plain`, { day: dayWords(m.language, due, today) })}
      </p>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      <div class="row">
        <Button kind="main" submit inactive={sending !== undefined}>{sending ?? m.text("reply.send")}</Button>
        <DraftState draft={draft} />
      </div>
    </form>
  );
}

/** Questions that the source answers in a form. */
function Questions({ id, work, write }: { readonly id: string } & Pick<ReplyProps, "work" | "write">): JSX.Element {
  const { m } = useDesk();
  const { questions } = work;
  const set = (at: number, change: Partial<QuestionWork>): void => write({ ...work, questions: questions.map((question, i) => (i === at ? { ...question, ...change } : question)) });
  return (
    <details open={questions.length > 0}>
      <summary>{m.text("questions.title")}</summary>
      <div class="stack-tight">
        <p class="hint">{m.text("questions.hint")}</p>
        {questions.map((question, i) => (
          <fieldset key={i} class="stack-tight record-form">
            <legend>{m.text("questions.number", { n: i + 1 })}</legend>
            <TextField id={`${id}-q${i}`} label={m.text("questions.label")} value={question.label} onInput={(label) => set(i, { label })} />
            <SelectField
              id={`${id}-q${i}-type`}
              label={m.text("questions.type")}
              value={question.type}
              onInput={(type) => set(i, { type: questionTypes.find((known) => known === type) ?? "text" })}
              options={questionTypes.map((type) => ({ id: type, label: m.text(`questions.type.${type}`) }))}
            />
            {question.type === "choice" ? <TextArea id={`${id}-q${i}-options`} label={m.text("questions.options")} hint={m.text("questions.options.hint")} value={question.options} onInput={(options) => set(i, { options })} /> : null}
            <Button onClick={() => write({ ...work, questions: questions.filter((_, at) => at !== i) })}>
              {m.text("questions.remove")}
              <span class="visually-hidden"> {m.text("questions.number", { n: i + 1 })}</span>
            </Button>
          </fieldset>
        ))}
        {questions.length < maxQuestions ? <Button onClick={() => write({ ...work, questions: [...questions, { type: "text", label: "", options: "" }] })}>{m.text("questions.add")}</Button> : null}
      </div>
    </details>
  );
}
