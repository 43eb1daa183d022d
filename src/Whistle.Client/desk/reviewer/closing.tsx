import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { keepUntil, retentionClasses, type ClockPolicy, type RetentionClass } from "../../lib/clocks.ts";
import { closingOutcomes, type ClosingOutcome } from "../../lib/desk/summary.ts";
import { refusalCodes, type RefusalCode } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import { dayWords } from "../model/days.ts";
import type { ClosingView, PersonView } from "../model/views.ts";
import { Decide } from "../parts/decide.tsx";
import { refusalWords } from "../summary/editor.tsx";
import { DraftState } from "./draft-state.tsx";
import type { DraftAt } from "./drafts.ts";

export interface ClosingActs {
  readonly propose: (closing: { readonly outcome: ClosingOutcome; readonly retention: RetentionClass; readonly text: string; readonly approvers: readonly string[] }) => void;
  readonly approve: (closing: ClosingView) => void;
  readonly refuse: (closing: ClosingView, code: RefusalCode) => void;
  readonly close: () => void;
}

export interface ClosingProps {
  readonly closings: readonly ClosingView[];
  /** Who may be asked: never oneself. */
  readonly closers: readonly PersonView[];
  readonly policy: ClockPolicy;
  /** Whether the state of the case allows to close it. */
  readonly closable: boolean;
  readonly lead: boolean;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly text: string;
  readonly write: (text: string) => void;
  readonly draft: DraftAt;
  readonly acts: ClosingActs;
}

/** Closing takes two people: what was proposed, who is asked, and the next step for whoever looks at it. */
export function Closing(props: ClosingProps): JSX.Element | null {
  const { m } = useDesk();
  const { closings, closable, lead, working, error, acts } = props;
  const [writing, setWriting] = useState(props.text !== "");
  const open = closings.find(({ state }) => state === "proposed" || state === "approved");
  const last = open ?? closings.find(({ state }) => state === "refused" && closable) ?? (closable ? undefined : closings.find(({ state }) => state === "done"));
  if (last === undefined && !closable) {
    return null;
  }
  const mayWrite = closable && (open === undefined || open.mine || lead);
  return (
    <section class="card stack-tight closing" aria-labelledby="closing-heading">
      <h2 id="closing-heading">{m.text("closing.title")}</h2>
      {last === undefined ? null : <Shown closing={last} />}
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      {open?.state === "proposed" && open.asked && !open.mine ? (
        <Decide
          effect={m.text("closing.effect")}
          label={m.text("closing.approve")}
          kind="main"
          codes={refusalCodes.closing}
          holds={open.signature === "good"}
          working={working}
          approve={() => acts.approve(open)}
          refuse={(code) => acts.refuse(open, code)}
        />
      ) : null}
      {open?.state === "approved" && closable ? (
        <>
          <p class="effect">{m.text("move.closed.effect")}</p>
          <div><Button kind="warn" inactive={working} onClick={acts.close}>{m.text("move.closed")}</Button></div>
        </>
      ) : null}
      {!mayWrite ? null : writing ? (
        <Write {...props} cancel={() => setWriting(false)} />
      ) : (
        <div><Button inactive={working} onClick={() => setWriting(true)}>{m.text(open === undefined ? "closing.begin" : "closing.replace")}</Button></div>
      )}
    </section>
  );
}

function Shown({ closing }: { readonly closing: ClosingView }): JSX.Element {
  const { m } = useDesk();
  const names = closing.approvers.join(", ");
  return (
    <>
      <p>
        <strong>{closing.outcome === undefined ? m.text("letter.unreadable") : m.text(`outcome.${closing.outcome}`)}</strong>{" "}
        <span class="soft small">{m.text(`closing.state.${closing.state}`, { name: closing.proposer, names })}</span>
      </p>
      <p class={`signature signature-${closing.signature}`}>{m.text(`signature.${closing.signature}`)}</p>
      {closing.retention === undefined ? null : <p class="soft small">{m.text("closing.keep")} {m.text(`closing.keep.${closing.retention}`)}</p>}
      {closing.text === "" ? null : <p class="letter" dir="auto">{closing.text}</p>}
      {closing.refusal === undefined ? null : <p>{m.text("closing.refused", { reason: refusalWords(m, closing.refusal) })}</p>}
    </>
  );
}

function Write({ closers, policy, text, write, draft, working, acts, cancel }: ClosingProps & { readonly cancel: () => void }): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const [retention, setRetention] = useState("");
  const [outcome, setOutcome] = useState("");
  const [asked, ask] = useState<readonly string[]>([]);
  const [problems, setProblems] = useState<{ readonly outcome?: string; readonly retention?: string; readonly text?: string; readonly asked?: string }>({});
  const submit = (event: Event): void => {
    event.preventDefault();
    const chosen = closingOutcomes.find((known) => known === outcome);
    const kept = retentionClasses.find((known) => known === retention);
    const found = {
      ...(chosen === undefined ? { outcome: m.text("closing.outcomeMissing") } : {}),
      ...(kept === undefined ? { retention: m.text("closing.keepMissing") } : {}),
      ...(text.trim() === "" ? { text: m.text("closing.textMissing") } : {}),
      ...(asked.length === 0 ? { asked: m.text("summary.approverMissing") } : {}),
    };
    setProblems(found);
    if (chosen !== undefined && kept !== undefined && Object.keys(found).length === 0 && !working) {
      acts.propose({ outcome: chosen, retention: kept, text, approvers: asked });
    }
  };
  if (closers.length === 0) {
    return <Notice kind="warn" title={m.text("closing.nobody")} />;
  }
  return (
    <form class="stack" onSubmit={submit}>
      <Choice
        id={`${id}-outcome`}
        label={m.text("closing.outcome")}
        hint={m.text("closing.sealed")}
        error={problems.outcome}
        value={outcome}
        onChange={setOutcome}
        options={closingOutcomes.map((known) => ({ id: known, label: m.text(`outcome.${known}`) }))}
      />
      <Choice
        id={`${id}-keep`}
        label={m.text("closing.keep")}
        hint={m.text("closing.keepHint")}
        error={problems.retention}
        value={retention}
        onChange={setRetention}
        options={retentionClasses.map((known) => ({ id: known, label: m.text(`closing.keep.${known}`), hint: m.text("closing.keepUntil", { day: dayWords(m.language, keepUntil(policy, today, known), today) }) }))}
      />
      <TextArea id={`${id}-text`} label={m.text("closing.text")} hint={m.text("closing.textHint")} value={text} onInput={write} error={problems.text} />
      <Checkboxes
        id={`${id}-asked`}
        label={m.text("summary.approvers")}
        hint={m.text("closing.askHint")}
        error={problems.asked}
        values={asked}
        onChange={ask}
        options={closers.map((person) => ({ id: person.id, label: person.name, hint: m.text(person.place === "outside" ? "place.outside" : "place.inside") }))}
      />
      <div class="row">
        <Button kind="main" submit inactive={working}>{m.text(working ? "summary.proposing" : "closing.propose")}</Button>
        <Button kind="plain" onClick={cancel}>{m.text("cancel")}</Button>
        <DraftState draft={draft} />
      </div>
    </form>
  );
}
