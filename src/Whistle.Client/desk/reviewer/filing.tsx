import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { acknowledgeBy, isLaw } from "../../lib/clocks.ts";
import { isoDay, parseIsoDay } from "../../lib/days.ts";
import { channelById, custodiansOf, personById } from "../../lib/directory.ts";
import { answerProblems, inLanguage, questionsAsked, type Question } from "../../lib/documents.ts";
import type { PreparedFiling } from "../../lib/flows/desk.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { describedBy, fieldClass, HintAndError, labelClass, type FieldText } from "../../ui/field.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { dayWords } from "../model/days.ts";
import { errorWords } from "../model/errors.ts";
import { FilePicker } from "../parts/file-picker.tsx";
import type { Workspace, WorkspaceState } from "./workspace.ts";

/** How a report can have reached the team. */
const kinds = ["phone", "letter", "mail", "meeting", "audit"] as const;

export interface FilingProps {
  readonly workspace: Workspace;
  readonly state: WorkspaceState;
  /** Opens the case that was filed. */
  readonly done: (caseId: string) => void;
  readonly close: () => void;
}

type Problems = Readonly<Record<string, string>>;

/** A report that reached somebody of the team by other ways: sealed here, like a source's, to the same people. */
export function FilingPage({ workspace, state, done, close }: FilingProps): JSX.Element {
  const { m, today } = useDesk();
  const { desk } = workspace;
  const { content } = desk.directory;
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const mine = content.channels.filter((channel) => channel.readers.includes(desk.person.id) && state.documents.has(channel.id));
  const [channelId, chooseChannel] = useState(mine.length === 1 ? (mine[0]?.id ?? "") : "");
  const [kind, chooseKind] = useState("");
  const [received, setReceived] = useState(isoDay(today));
  const [answers, setAnswers] = useState<Readonly<Record<string, readonly string[]>>>({});
  const [files, attach] = useState<readonly File[]>([]);
  const [unticked, untick] = useState<readonly string[]>([]);
  const [known, setKnown] = useState("no");
  const [name, setName] = useState("");
  const [contact, setContact] = useState("");
  const [handed, setHanded] = useState("");
  /** From the first attempt on, what is wrong is said while it is put right. */
  const [tried, setTried] = useState(false);
  const [step, setStep] = useState<string | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  /** Sealed once: a second attempt goes on where the first one stopped, with the same bytes. */
  const prepared = useRef<PreparedFiling | undefined>(undefined);
  const [words, showWords] = useState<readonly string[] | undefined>(undefined);

  const channel = channelById(content, channelId);
  const documents = state.documents.get(channelId);
  const list = Object.entries(answers).map(([q, values]) => ({ q, values }));
  const people = (ids: readonly string[]) => ids.flatMap((person) => personById(content, person) ?? []).filter((person) => person.id !== desk.person.id);
  const others = channel === undefined ? [] : [...people(channel.readers), ...people(channel.custodians)];
  const custodians = channel === undefined ? [] : custodiansOf(content, channel, today).map((receiver) => receiver.id).filter((person) => !unticked.includes(person));
  const day = parseIsoDay(received);

  const check = (): Problems => {
    const found: Record<string, string> = {};
    if (channel === undefined) {
      found["channel"] = m.text("filing.channelMissing");
    }
    if (kind === "") {
      found["kind"] = m.text("filing.kindMissing");
    }
    if (day === undefined || day > today) {
      found["received"] = m.text(day === undefined ? "filing.dayWrong" : "error.receipt-later");
    }
    if (documents !== undefined) {
      for (const [question, problem] of Object.entries(answerProblems(documents.questionnaire, list))) {
        found[`q-${question}`] = m.text(problem === "answer-missing" ? "filing.answerMissing" : "filing.answerWrong");
      }
    }
    if (known === "yes" && name.trim() === "") {
      found["name"] = m.text("filing.nameMissing");
    }
    if (handed === "") {
      found["handed"] = m.text("filing.wordsMissing");
    }
    return found;
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found = check();
    setTried(true);
    const way = kinds.find((known) => known === kind);
    if (Object.keys(found).length > 0 || step !== undefined || channel === undefined || documents === undefined || day === undefined || way === undefined) {
      return;
    }
    setError(undefined);
    setStep(m.text("filing.step.sealing"));
    try {
      await workspace.fileReport(
        {
          received: day,
          note: m.text("filing.note", {
            name: desk.person.name,
            kind: m.text(`filing.kind.${way}`),
            day: dayWords(m.language, day, today),
            words: m.text(handed === "printed" ? "filing.words.printed" : "filing.words.none"),
          }),
          tip: {
            origin: desk.origin,
            directory: desk.directory,
            channel,
            questionnaire: documents.questionnaire,
            today,
            lang: m.language,
            answers: list,
            files: files.map((file) => ({ name: file.name, type: file.type === "" ? "application/octet-stream" : file.type, data: file })),
            unticked,
            identity: known === "yes" ? { name: name.trim(), contact: contact.trim(), custodians } : undefined,
            copy: "none",
          },
        },
        prepared.current,
        (made) => {
          prepared.current = made;
        },
        (now) => setStep(m.text(now === "uploading" ? "filing.step.uploading" : now === "working" ? "filing.step.working" : "filing.step.sending")),
      );
      const filed = prepared.current;
      if (filed !== undefined && handed === "printed") {
        showWords(filed.words);
      } else if (filed !== undefined) {
        done(filed.caseId);
      }
    } catch (failure) {
      setError(errorWords(m, failure));
    } finally {
      setStep(undefined);
    }
  };

  if (words !== undefined) {
    return <Handed words={words} done={() => done(prepared.current?.caseId ?? "")} />;
  }
  const problems: Problems = tried ? check() : {};
  // What was sealed is sent as it is; only another attempt, or giving it up, is left.
  const sealed = prepared.current !== undefined;
  return (
    <section class="page stack" aria-labelledby="filing-heading">
      <div><Button onClick={close}>{m.text("case.back")}</Button></div>
      <h1 id="filing-heading" ref={heading} tabIndex={-1}>{m.text("filing.title")}</h1>
      <p class="hint">{m.text("filing.explain")}</p>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <fieldset class="bare stack" disabled={sealed}>
          <Choice id={`${id}-channel`} label={m.text("filing.channel")} value={channelId} onChange={chooseChannel} error={problems["channel"]}
            options={mine.map((one) => ({ id: one.id, label: <span dir="auto">{inLanguage(one.name, m.language)}</span>, hint: <span dir="auto">{one.entity}</span> }))} />
          <Choice id={`${id}-kind`} label={m.text("filing.kind")} value={kind} onChange={chooseKind} error={problems["kind"]}
            options={kinds.map((one) => ({ id: one, label: m.text(`filing.kind.${one}`) }))} />
          <DayField id={`${id}-received`} label={m.text("filing.received")} error={problems["received"]} value={received} max={isoDay(today)} onInput={setReceived}
            hint={day !== undefined && day <= today && channel !== undefined && isLaw(channel.policy)
              ? m.text("filing.receivedDue", { day: dayWords(m.language, acknowledgeBy(channel.policy, day), today) })
              : m.text("filing.receivedHint")} />
          {documents === undefined ? null : questionsAsked(documents.questionnaire, list).map((question) => (
            <Ask key={question.id} id={`${id}-q-${question.id}`} question={question} values={answers[question.id] ?? []} error={problems[`q-${question.id}`]}
              set={(values) => setAnswers({ ...answers, [question.id]: values })} />
          ))}
          <div class="stack-tight"><FilePicker files={files} attach={attach} /></div>
          {channel === undefined ? null : (
            <Checkboxes id={`${id}-out`} label={m.text("filing.leaveOut")} hint={m.text("filing.leaveOutHint")} values={unticked} onChange={untick}
              options={[...others.map((person) => ({ id: person.id, label: person.name, hint: m.text(`role.${asRole(person.role)}`) })), ...(channel.recovery === "offered" ? [{ id: "recovery", label: m.text("filing.recovery") }] : [])]} />
          )}
          {custodians.length === 0 ? null : (
            <>
              <Choice id={`${id}-known`} label={m.text("filing.identity")} hint={m.text("filing.identityHint")} value={known} onChange={setKnown}
                options={[{ id: "no", label: m.text("filing.identity.no") }, { id: "yes", label: m.text("filing.identity.yes") }]} />
              {known === "yes" ? (
                <>
                  <TextField id={`${id}-name`} label={m.text("filing.name")} value={name} onInput={setName} error={problems["name"]} />
                  <TextField id={`${id}-contact`} label={m.text("filing.contact")} value={contact} onInput={setContact} />
                </>
              ) : null}
            </>
          )}
          <Choice id={`${id}-words`} label={m.text("filing.words")} hint={m.text("filing.wordsHint")} value={handed} onChange={setHanded} error={problems["handed"]}
            options={[{ id: "printed", label: m.text("filing.words.print") }, { id: "none", label: m.text("filing.words.keep") }]} />
        </fieldset>
        {Object.keys(problems).length === 0 ? null : <Notice kind="warn" live title={m.count("filing.problems", Object.keys(problems).length)} />}
        {error === undefined ? null : <Notice kind="warn" live title={error}><p>{m.text("filing.again")}</p></Notice>}
        <p class="effect">{m.text("filing.effect")}</p>
        <div class="row">
          <Button kind="main" submit inactive={step !== undefined}>{step ?? m.text(sealed ? "filing.retry" : "filing.file")}</Button>
        </div>
      </form>
    </section>
  );
}

/** The words, once: for the reporter's hand, and for nobody's memory here. */
function Handed({ words, done }: { readonly words: readonly string[]; readonly done: () => void }): JSX.Element {
  const { m } = useDesk();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="page stack handed" aria-labelledby="handed-heading">
      <h1 id="handed-heading" ref={heading} tabIndex={-1}>{m.text("filing.handed.title")}</h1>
      <p>{m.text("filing.handed.text")}</p>
      <ol class="twelve" dir="ltr" lang="en" translate={false}>{words.map((word, i) => <li key={i}>{word}</li>)}</ol>
      <p class="code">{location.origin}</p>
      <div class="row">
        <Button onClick={() => print()}>{m.text("filing.handed.print")}</Button>
        <Button kind="main" onClick={done}>{m.text("filing.handed.done")}</Button>
      </div>
    </section>
  );
}

/** One question of the channel's questionnaire, as somebody of the team answers it for the reporter. */
function Ask({ id, question, values, set, error }: {
  readonly id: string;
  readonly question: Question;
  readonly values: readonly string[];
  readonly set: (values: readonly string[]) => void;
  readonly error: string | undefined;
}): JSX.Element {
  const { m } = useDesk();
  const plain = inLanguage(question.label, m.language) ?? question.id;
  const field = { id, label: question.required === "yes" ? plain : m.text("filing.optional", { label: plain }), error };
  const value = values[0] ?? "";
  const options = (question.options ?? []).map((option) => ({ id: option.id, label: <span dir="auto">{inLanguage(option.label, m.language) ?? option.id}</span> }));
  switch (question.type) {
    case "text":
      return <TextField {...field} value={value} onInput={(typed) => set([typed])} />;
    case "longtext":
      return <TextArea {...field} tall={question.id === "what"} value={value} onInput={(typed) => set([typed])} />;
    case "date":
      return <TextField {...field} short code hint={m.text("filing.dateHint")} value={value} onInput={(typed) => set(typed === "" ? [] : [typed])} />;
    case "multiple":
      return <Checkboxes {...field} options={options} values={values} onChange={set} />;
    case "choice":
      return <Choice {...field} options={options} value={value} onChange={(chosen) => set([chosen])} />;
    case "yesno":
      return <Choice {...field} value={value} onChange={(chosen) => set([chosen])}
        options={[{ id: "yes", label: m.text("yes") }, { id: "no", label: m.text("no") }, { id: "unsure", label: m.text("unsure") }]} />;
  }
}

function DayField(props: FieldText & { readonly value: string; readonly max: string; readonly onInput: (value: string) => void }): JSX.Element {
  return (
    <div class={fieldClass(props)}>
      <label class={labelClass(props)} for={props.id}>{props.label}</label>
      <HintAndError {...props} />
      <input id={props.id} class="input input-short" type="date" value={props.value} max={props.max} aria-describedby={describedBy(props)}
        aria-invalid={props.error === undefined ? undefined : "true"} onInput={(event) => props.onInput(event.currentTarget.value)} />
    </div>
  );
}

function asRole(role: string): "lead" | "reviewer" | "custodian" {
  return role === "lead" || role === "custodian" ? role : "reviewer";
}
