import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { isoDay, parseIsoDay } from "../../lib/days.ts";
import {
  interviewRoles, interviewStates, linkKinds,
  type CaseLink, type Evidence, type Interview, type InterviewState, type LinkKind, type Paper, type Task, type TaskState,
} from "../../lib/flows/desk.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { dayWords, daysLeftWords, timeWords, urgency } from "../model/days.ts";
import { audiences } from "../model/report.ts";
import { decisions } from "../model/access.ts";
import { sizeWords } from "../model/size.ts";
import type { CaseView, FileView } from "../model/views.ts";
import { FilePicker } from "../parts/file-picker.tsx";
import { useKept, type Kept } from "./kept.ts";
import { FileList } from "./letter.tsx";
import { ProtectionPart } from "./protection.tsx";
import { DayField, Part, SaveRow, SelectField, Steps, type Problems } from "./record-parts.tsx";

/** What is written into a record; `about` where it changes one. */
export interface RecordInput {
  readonly kind: string;
  readonly about?: string | undefined;
  readonly text: string;
  readonly fields: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly files?: readonly File[] | undefined;
}

export interface InvestigationActs {
  /** True where it was saved. */
  readonly record: (input: RecordInput) => Promise<boolean>;
  readonly endLink: (link: CaseLink) => Promise<boolean>;
  readonly link: (to: string, relation: LinkKind, text: string) => Promise<boolean>;
}

export interface OtherCase {
  readonly id: string;
  readonly title: string;
  readonly held: boolean;
}

export interface InvestigationProps {
  readonly view: CaseView;
  readonly me: string;
  /** The other cases in this person's list. */
  readonly others: readonly OtherCase[];
  readonly kept: Kept;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly acts: InvestigationActs;
  readonly download: (file: FileView) => void;
  readonly downloading: string | undefined;
  readonly openReport: () => void;
  readonly openAccess: () => void;
}

/** The investigation file: what has to be done, who was spoken to, what was found, and who read it. */
export function InvestigationFile(props: InvestigationProps): JSX.Element {
  const { m } = useDesk();
  return (
    <div class="stack">
      {props.error === undefined ? null : <Notice kind="warn" live title={props.error} />}
      <Tasks {...props} />
      <Interviews {...props} />
      <Findings {...props} />
      <Links {...props} />
      <ProtectionPart view={props.view} kept={props.kept} working={props.working} acts={props.acts} />
      <section class="record-part stack-tight" aria-label={m.text("papers.title")}>
        <h2>{m.text("papers.title")}</h2>
        <p class="hint">{m.text("papers.hint")}</p>
        {props.view.investigation.papers.length === 0 ? null : (
          <ul class="records">
            {props.view.investigation.papers.map((paper) => <PaperLine key={paper.id} paper={paper} />)}
          </ul>
        )}
        <div class="row">
          <Button onClick={props.openReport}>{m.text("report.open")}</Button>
          <Button onClick={props.openAccess}>{m.text("access.open")}</Button>
        </div>
      </section>
      <Custody view={props.view} />
    </div>
  );
}

interface TaskForm {
  readonly id: string | undefined;
  readonly title: string;
  readonly due: string;
  readonly to: string;
  readonly text: string;
}

function Tasks({ view, me, kept, working, acts }: InvestigationProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const [form, setForm, empty] = useKept<TaskForm | undefined>(kept, `${view.row.id} task`, undefined);
  const [problems, setProblems] = useState<Problems>({});
  const holders = view.people.filter(({ since }) => since !== undefined);
  const nameOf = (person: string): string => (person === me ? m.text("people.you") : (view.people.find((p) => p.id === person)?.name ?? m.text("letter.someone")));
  const change = (task: Task, state: TaskState): void => void acts.record({ kind: "task", about: task.id, text: "", fields: { state } });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form === undefined || working) {
      return;
    }
    const due = parseIsoDay(form.due);
    const found = {
      ...(form.title.trim() === "" ? { title: m.text("task.titleMissing") } : {}),
      ...(form.due !== "" && due === undefined ? { due: m.text("record.dayWrong") } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0) {
      const fields = { title: form.title.trim(), due: due === undefined ? (form.id === undefined ? undefined : []) : due, to: form.to, ...(form.id === undefined ? { state: "open" } : {}) };
      if (await acts.record({ kind: "task", about: form.id, text: form.text.trim(), fields })) {
        empty();
      }
    }
  };
  return (
    <Part
      title={m.text("task.title")}
      hint={m.text("task.hint")}
      none={m.text("task.none")}
      empty={view.investigation.tasks.length === 0}
      add={m.text("task.add")}
      open={form !== undefined}
      setOpen={() => setForm({ id: undefined, title: "", due: "", to: "", text: "" })}
      form={form === undefined ? null : (
        <form class="stack-tight record-form" onSubmit={(event) => void submit(event)}>
          <TextField id={`${id}-title`} label={m.text("task.what")} value={form.title} onInput={(title) => setForm({ ...form, title })} error={problems["title"]} />
          <DayField id={`${id}-due`} label={m.text("task.due")} value={form.due} onInput={(due) => setForm({ ...form, due })} error={problems["due"]} />
          <SelectField
            id={`${id}-to`}
            label={m.text("task.to")}
            value={form.to}
            onInput={(to) => setForm({ ...form, to })}
            options={[{ id: "", label: m.text("task.nobody") }, ...holders.map((person) => ({ id: person.id, label: nameOf(person.id) }))]}
          />
          <TextArea id={`${id}-text`} label={m.text("record.text")} value={form.text} onInput={(text) => setForm({ ...form, text })} />
          <SaveRow working={working} cancel={empty} />
        </form>
      )}
    >
      <ul class="records">
        {view.investigation.tasks.map((task) => (
          <li key={task.id} class={`record record-${task.state}`}>
            <p>
              <strong dir="auto">{task.title}</strong>{" "}
              {task.state !== "open" ? <span class="tag">{m.text(`task.state.${task.state}`)}</span> : task.due === undefined ? null : (
                <span class={`due due-${urgency(task.due, today)}`}>{daysLeftWords(m, task.due, today)}</span>
              )}
            </p>
            <p class="soft small">
              {task.due === undefined ? m.text("task.noDue") : m.text("task.by", { day: dayWords(m.language, task.due, today) })} · {task.to === "" ? m.text("task.nobody") : <span dir="auto">{nameOf(task.to)}</span>}
            </p>
            {task.text === "" ? null : <p class="letter" dir="auto">{task.text}</p>}
            <div class="row">
              {task.state === "open" ? (
                <>
                  <Button inactive={working} onClick={() => change(task, "done")}>{m.text("task.done")}<span class="visually-hidden"> {task.title}</span></Button>
                  <Button kind="plain" inactive={working} onClick={() => setForm({ id: task.id, title: task.title, due: task.due === undefined ? "" : isoDay(task.due), to: task.to, text: "" })}>
                    {m.text("record.change")}<span class="visually-hidden"> {task.title}</span>
                  </Button>
                  <Button kind="plain" inactive={working} onClick={() => change(task, "dropped")}>{m.text("task.drop")}<span class="visually-hidden"> {task.title}</span></Button>
                </>
              ) : (
                <Button kind="plain" inactive={working} onClick={() => change(task, "open")}>{m.text("task.reopen")}<span class="visually-hidden"> {task.title}</span></Button>
              )}
            </div>
            <Steps steps={task.steps} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

interface InterviewForm {
  readonly id: string | undefined;
  readonly who: string;
  readonly role: string;
  readonly day: string;
  readonly present: string;
  readonly state: InterviewState;
  readonly text: string;
  readonly files: readonly File[];
}

function Interviews({ view, kept, working, acts, download, downloading }: InvestigationProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const [form, setForm, empty] = useKept<InterviewForm | undefined>(kept, `${view.row.id} interview`, undefined);
  const [problems, setProblems] = useState<Problems>({});
  const edit = (interview: Interview): void =>
    setForm({
      id: interview.id, who: interview.who, role: interview.role, day: interview.day === undefined ? "" : isoDay(interview.day),
      present: interview.present.join("\n"), state: interview.state, text: interview.text, files: [],
    });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form === undefined || working) {
      return;
    }
    const day = parseIsoDay(form.day);
    const found = {
      ...(form.who.trim() === "" ? { who: m.text("interview.whoMissing") } : {}),
      ...(form.role === "" ? { role: m.text("interview.roleMissing") } : {}),
      ...(form.day !== "" && day === undefined ? { day: m.text("record.dayWrong") } : {}),
      ...(form.state !== "planned" && form.state !== "declined" && day === undefined ? { day: m.text("interview.dayMissing") } : {}),
      // A record can be put to somebody, or signed, only where there is one.
      ...((form.state === "sent" || form.state === "signed") && form.text.trim() === "" && form.files.length === 0 ? { text: m.text("interview.textMissing") } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0) {
      const before = view.investigation.interviews.find((interview) => interview.id === form.id);
      const fields = {
        who: form.who.trim(), role: form.role, day: day === undefined ? (form.id === undefined ? undefined : []) : day,
        present: form.present.split("\n").map((name) => name.trim()).filter((name) => name !== ""), state: form.state,
      };
      const text = form.text.trim() === before?.text ? "" : form.text.trim();
      if (await acts.record({ kind: "interview", about: form.id, text, fields, files: form.files })) {
        empty();
      }
    }
  };
  return (
    <Part
      title={m.text("interview.title")}
      hint={m.text("interview.hint")}
      none={m.text("interview.none")}
      empty={view.investigation.interviews.length === 0}
      add={m.text("interview.add")}
      open={form !== undefined}
      setOpen={() => setForm({ id: undefined, who: "", role: "", day: "", present: "", state: "planned", text: "", files: [] })}
      form={form === undefined ? null : (
        <form class="stack-tight record-form" onSubmit={(event) => void submit(event)}>
          <TextField id={`${id}-who`} label={m.text("interview.who")} value={form.who} onInput={(who) => setForm({ ...form, who })} error={problems["who"]} />
          <SelectField
            id={`${id}-role`}
            label={m.text("interview.role")}
            value={form.role}
            error={problems["role"]}
            onInput={(role) => setForm({ ...form, role })}
            options={[{ id: "", label: m.text("interview.choose") }, ...interviewRoles.map((role) => ({ id: role, label: m.text(`interview.role.${role}`) }))]}
          />
          <SelectField
            id={`${id}-state`}
            label={m.text("interview.state")}
            value={form.state}
            onInput={(state) => setForm({ ...form, state: interviewStates.find((known) => known === state) ?? "planned" })}
            options={interviewStates.map((state) => ({ id: state, label: m.text(`interview.state.${state}`) }))}
          />
          <DayField id={`${id}-day`} label={m.text("interview.day")} value={form.day} onInput={(day) => setForm({ ...form, day })} error={problems["day"]} />
          <TextArea id={`${id}-present`} label={m.text("interview.present")} hint={m.text("interview.presentHint")} value={form.present} onInput={(present) => setForm({ ...form, present })} />
          <TextArea id={`${id}-text`} tall label={m.text("interview.text")} hint={m.text("interview.textHint")} value={form.text} onInput={(text) => setForm({ ...form, text })} error={problems["text"]} />
          <FilePicker files={form.files} attach={(files) => setForm({ ...form, files })} />
          <SaveRow working={working} cancel={empty} />
        </form>
      )}
    >
      <ul class="records">
        {view.investigation.interviews.map((interview) => (
          <li key={interview.id} class="record">
            <p>
              <strong dir="auto">{interview.who}</strong> <span class="tag">{m.text(`interview.state.${interview.state}`)}</span>
            </p>
            <p class="soft small" dir="auto">
              {[m.text(`interview.role.${interview.role}`), ...(interview.day === undefined ? [] : [dayWords(m.language, interview.day, today)]), ...(interview.present.length === 0 ? [] : [m.text("interview.with", { names: interview.present.join(", ") })])].join(" · ")}
            </p>
            {interview.text === "" ? null : <p class="letter" dir="auto">{interview.text}</p>}
            {interview.files.length === 0 ? null : <FileList files={interview.files} download={download} downloading={downloading} />}
            <div>
              <Button kind="plain" inactive={working} onClick={() => edit(interview)}>{m.text("record.change")}<span class="visually-hidden"> {interview.who}</span></Button>
            </div>
            <Steps steps={interview.steps} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

interface EvidenceForm {
  readonly title: string;
  readonly origin: string;
  readonly day: string;
  readonly text: string;
  readonly files: readonly File[];
}

function Findings({ view, kept, working, acts, download, downloading }: InvestigationProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const [form, setForm, empty] = useKept<EvidenceForm | undefined>(kept, `${view.row.id} evidence`, undefined);
  const [problems, setProblems] = useState<Problems>({});
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form === undefined || working) {
      return;
    }
    const day = parseIsoDay(form.day);
    const found = {
      ...(form.title.trim() === "" ? { title: m.text("evidence.titleMissing") } : {}),
      ...(form.origin.trim() === "" ? { origin: m.text("evidence.originMissing") } : {}),
      ...(form.day !== "" && day === undefined ? { day: m.text("record.dayWrong") } : day !== undefined && day > today ? { day: m.text("evidence.dayLater") } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0 && (await acts.record({ kind: "evidence", text: form.text.trim(), fields: { title: form.title.trim(), origin: form.origin.trim(), day }, files: form.files }))) {
      empty();
    }
  };
  return (
    <Part
      title={m.text("evidence.title")}
      hint={m.text("evidence.hint")}
      none={m.text("evidence.none")}
      empty={view.investigation.evidence.length === 0}
      add={m.text("evidence.add")}
      open={form !== undefined}
      setOpen={() => setForm({ title: "", origin: "", day: "", text: "", files: [] })}
      form={form === undefined ? null : (
        <form class="stack-tight record-form" onSubmit={(event) => void submit(event)}>
          <TextField id={`${id}-title`} label={m.text("evidence.what")} value={form.title} onInput={(title) => setForm({ ...form, title })} error={problems["title"]} />
          <TextField id={`${id}-origin`} label={m.text("evidence.origin")} hint={m.text("evidence.originHint")} value={form.origin} onInput={(origin) => setForm({ ...form, origin })} error={problems["origin"]} />
          <DayField id={`${id}-day`} label={m.text("evidence.day")} value={form.day} onInput={(day) => setForm({ ...form, day })} error={problems["day"]} />
          <TextArea id={`${id}-text`} label={m.text("record.text")} value={form.text} onInput={(text) => setForm({ ...form, text })} />
          <FilePicker files={form.files} attach={(files) => setForm({ ...form, files })} />
          <SaveRow working={working} cancel={empty} />
        </form>
      )}
    >
      <ul class="records">
        {view.investigation.evidence.map((item) => (
          <li key={item.id} class="record">
            <p><strong dir="auto">{item.title}</strong></p>
            <p class="soft small" dir="auto">{[item.origin, ...(item.day === undefined ? [] : [dayWords(m.language, item.day, today)])].join(" · ")}</p>
            {item.text === "" ? null : <p class="letter" dir="auto">{item.text}</p>}
            {item.files.length === 0 ? null : <FileList files={item.files} download={download} downloading={downloading} />}
            <Hashes item={item} />
            <Steps steps={item.steps} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** What `sha256sum` prints for each file, so that anybody can compare a copy. */
export function Hashes({ item }: { readonly item: Evidence }): JSX.Element | null {
  const { m } = useDesk();
  return item.files.length === 0 ? null : (
    <dl class="hashes small">
      {item.files.map((file, i) => (
        <div key={`${file.object}/${file.index}`}>
          <dt dir="auto">{file.name} <span class="soft">({sizeWords(m.language, file.size)})</span></dt>
          <dd><code>{item.sha256[i] ?? m.text("evidence.noHash")}</code></dd>
        </div>
      ))}
    </dl>
  );
}

interface LinkForm {
  readonly to: string;
  readonly relation: LinkKind;
  readonly text: string;
}

function Links({ view, others, kept, working, acts }: InvestigationProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [form, setForm, empty] = useKept<LinkForm | undefined>(kept, `${view.row.id} link`, undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const held = others.filter((other) => other.held);
  const title = (to: string): string => {
    const other = others.find((one) => one.id === to);
    return other === undefined ? m.text("link.elsewhere", { id: to.slice(0, 8) }) : other.title === "" ? m.text("row.untitled") : other.title;
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form === undefined || working) {
      return;
    }
    setProblem(form.to === "" ? m.text("link.toMissing") : undefined);
    if (form.to !== "" && (await acts.link(form.to, form.relation, form.text.trim()))) {
      empty();
    }
  };
  const end = (link: CaseLink): void => void acts.endLink(link);
  return (
    <Part
      title={m.text("link.title")}
      hint={m.text("link.hint")}
      none={m.text("link.none")}
      empty={view.investigation.links.length === 0}
      add={held.length === 0 ? undefined : m.text("link.add")}
      open={form !== undefined}
      setOpen={() => setForm({ to: "", relation: "same-facts", text: "" })}
      form={form === undefined ? null : (
        <form class="stack-tight record-form" onSubmit={(event) => void submit(event)}>
          <SelectField
            id={`${id}-to`}
            label={m.text("link.to")}
            value={form.to}
            error={problem}
            onInput={(to) => setForm({ ...form, to })}
            options={[{ id: "", label: m.text("link.choose") }, ...held.map((other) => ({ id: other.id, label: title(other.id) }))]}
          />
          <SelectField
            id={`${id}-relation`}
            label={m.text("link.relation")}
            value={form.relation}
            onInput={(relation) => setForm({ ...form, relation: linkKinds.find((known) => known === relation) ?? "same-facts" })}
            options={linkKinds.map((kind) => ({ id: kind, label: m.text(`link.relation.${kind}`) }))}
          />
          <TextArea id={`${id}-text`} label={m.text("record.text")} value={form.text} onInput={(text) => setForm({ ...form, text })} />
          <p class="effect">{m.text(form.relation === "duplicate" ? "link.effect.duplicate" : "link.effect")}</p>
          <SaveRow working={working} cancel={empty} />
        </form>
      )}
    >
      <ul class="records">
        {view.investigation.links.map((link) => (
          <li key={link.id} class={link.ended ? "record record-dropped" : "record"}>
            <p>
              <span class="tag">{m.text(link.ended ? "link.ended" : `link.relation.${link.relation}`)}</span> <strong dir="auto">{title(link.to)}</strong>
            </p>
            {link.text === "" ? null : <p class="letter" dir="auto">{link.text}</p>}
            {link.ended ? null : <div><Button kind="plain" inactive={working} onClick={() => end(link)}>{m.text("link.end")}<span class="visually-hidden"> {title(link.to)}</span></Button></div>}
            <Steps steps={link.steps} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** A report or an answer that was made: for whom, on what ground, by whom. */
function PaperLine({ paper }: { readonly paper: Paper }): JSX.Element {
  const { m } = useDesk();
  const decision = decisions.find((known) => known === paper.about);
  const audience = audiences.find((known) => known === paper.about) ?? "another";
  return (
    <li class="record">
      <p>
        <span class="tag">{m.text(paper.kind === "report" ? "report.title" : "access.short")}</span> <strong dir="auto">{paper.to}</strong>
      </p>
      <p class="soft small" dir="auto">
        {[paper.kind === "report" ? m.text(`report.audience.${audience}`) : decision === undefined ? "" : m.text(`access.decision.${decision}`), paper.ground].filter((part) => part !== "").join(" · ")}
      </p>
      {paper.sha256 === "" ? null : <p class="small">SHA-256 <code class="hash">{paper.sha256}</code></p>}
      <Steps steps={paper.steps} />
    </li>
  );
}

/** Every access to the case and its files that the server saw, once a day for each person. */
function Custody({ view }: { readonly view: CaseView }): JSX.Element {
  const { m } = useDesk();
  const files = [...view.letters.flatMap((letter) => letter.files), ...view.noteFiles];
  const names = (object: string | undefined): string => files.filter((file) => file.object === object).map((file) => file.name).join(", ");
  return (
    <section class="record-part stack-tight" aria-label={m.text("custody.title")}>
      <h2>{m.text("custody.title")}</h2>
      <p class="hint">{m.text("custody.hint")}</p>
      {view.custody.length === 0 ? <p class="soft">{m.text("custody.none")}</p> : (
        <ol class="history">
          {view.custody.map((entry, index) => (
            <li key={index}>
              <span class="history-time">{timeWords(m.language, entry.at)}</span>
              <span>
                <span dir="auto">{entry.actor}</span>{" "}
                <span class="soft">
                  {entry.file === undefined ? m.text("custody.read") : m.text("custody.file", { names: names(entry.file) === "" ? m.text("custody.unknown") : names(entry.file) })}
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
