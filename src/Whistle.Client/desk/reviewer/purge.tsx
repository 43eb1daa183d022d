import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { maxPurge, purgeGrounds, type PurgeGround } from "../../lib/desk/summary.ts";
import { refusalCodes, type RefusalCode } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import type { DeskMessages } from "../messages.ts";
import { dayWords } from "../model/days.ts";
import type { CaseView, PurgeTargetView, PurgeView } from "../model/views.ts";
import { Decide } from "../parts/decide.tsx";
import { refusalWords } from "../summary/editor.tsx";
import { useKept, type Kept } from "./kept.ts";
import { SelectField } from "./record-parts.tsx";

export interface PurgeActs {
  readonly propose: (purge: { readonly target: string; readonly ground: PurgeGround; readonly text: string; readonly approvers: readonly string[] }) => Promise<boolean>;
  readonly approve: (purge: PurgeView) => void;
  readonly refuse: (purge: PurgeView, code: RefusalCode) => void;
}

interface PurgeForm {
  readonly target: string;
  readonly ground: string;
  readonly text: string;
  readonly asked: readonly string[];
}

/** What does not belong into the case goes without it: two people, in their names, for good (SPEC 12.2). */
export function Purges({ view, held, kept, working, error, acts }: {
  readonly view: CaseView;
  /** A hold keeps everything. */
  readonly held: boolean;
  readonly kept: Kept;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly acts: PurgeActs;
}): JSX.Element {
  const { m } = useDesk();
  const [form, setForm, empty] = useKept<PurgeForm | undefined>(kept, `${view.row.id} purge`, undefined);
  return (
    <section class="aside-block stack-tight" aria-labelledby="purge-heading">
      <h2 id="purge-heading">{m.text("purge.title")}</h2>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      {view.purges.map((purge) => (
        <Shown key={purge.id} purge={purge} working={working} acts={acts} />
      ))}
      {form === undefined ? (
        <div>
          <Button onClick={() => setForm({ target: "", ground: "", text: "", asked: [] })}>{m.text("purge.begin")}</Button>
        </div>
      ) : held ? (
        <>
          <Notice kind="warn" title={m.text("error.case-held")} />
          <div><Button kind="plain" onClick={empty}>{m.text("cancel")}</Button></div>
        </>
      ) : view.purgeable.length === 0 || view.closers.length === 0 ? (
        <>
          <Notice title={m.text(view.purgeable.length === 0 ? "purge.nothing" : "purge.nobody")} />
          <div><Button kind="plain" onClick={empty}>{m.text("cancel")}</Button></div>
        </>
      ) : (
        <Write view={view} form={form} setForm={setForm} empty={empty} working={working} acts={acts} />
      )}
    </section>
  );
}

function Shown({ purge, working, acts }: { readonly purge: PurgeView; readonly working: boolean; readonly acts: PurgeActs }): JSX.Element {
  const { m } = useDesk();
  const what = purge.target === undefined ? m.text("purge.what.gone") : targetWords(m, purge.target);
  return (
    <div class="stack-tight">
      <p>
        <strong dir="auto">{what}</strong>{" "}
        <span class="soft small">{m.text(`purge.state.${purge.state}`, { name: purge.proposer, names: purge.approvers.join(", "), approver: purge.approver ?? "" })}</span>
      </p>
      <p class={`signature signature-${purge.signature}`}>{m.text(`signature.${purge.signature}`)}</p>
      {purge.ground === undefined ? null : <p class="small">{m.text(`purge.ground.${purge.ground}`)}</p>}
      {purge.text === "" ? null : <p class="letter small" dir="auto">{purge.text}</p>}
      {purge.refusal === undefined ? null : <p class="small">{m.text("closing.refused", { reason: refusalWords(m, purge.refusal) })}</p>}
      {purge.state !== "proposed" || !purge.asked || purge.mine ? null : (
        <Decide
          effect={m.text("purge.effect")}
          label={m.text("purge.approve")}
          kind="warn"
          codes={refusalCodes.purge}
          holds={purge.signature === "good"}
          working={working}
          approve={() => acts.approve(purge)}
          refuse={(code) => acts.refuse(purge, code)}
        />
      )}
    </div>
  );
}

function Write({ view, form, setForm, empty, working, acts }: {
  readonly view: CaseView;
  readonly form: PurgeForm;
  readonly setForm: (form: PurgeForm) => void;
  readonly empty: () => void;
  readonly working: boolean;
  readonly acts: PurgeActs;
}): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [problems, setProblems] = useState<{ readonly target?: string; readonly ground?: string; readonly text?: string; readonly asked?: string }>({});
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const target = view.purgeable.find((one) => one.hash === form.target);
    const ground = purgeGrounds.find((known) => known === form.ground);
    const text = form.text.trim();
    const found = {
      ...(target === undefined ? { target: m.text("purge.targetMissing") } : {}),
      ...(ground === undefined ? { ground: m.text("purge.groundMissing") } : {}),
      ...(text === "" ? { text: m.text("purge.textMissing") } : [...text].length > maxPurge ? { text: m.text("error.text-too-long") } : {}),
      ...(form.asked.length === 0 ? { asked: m.text("summary.approverMissing") } : {}),
    };
    setProblems(found);
    if (target !== undefined && ground !== undefined && Object.keys(found).length === 0 && !working && (await acts.propose({ target: target.hash, ground, text, approvers: form.asked }))) {
      empty();
    }
  };
  return (
    <form class="stack-tight" onSubmit={(event) => void submit(event)}>
      <p class="hint">{m.text("purge.explain")}</p>
      {problems.target === undefined ? null : <p class="field-error" role="alert">{problems.target}</p>}
      <SelectField
        id={`${id}-target`}
        label={m.text("purge.target")}
        value={form.target}
        onInput={(target) => setForm({ ...form, target })}
        options={[{ id: "", label: m.text("purge.choose") }, ...view.purgeable.map((one) => ({ id: one.hash, label: targetWords(m, one) }))]}
      />
      <Choice
        id={`${id}-ground`}
        label={m.text("purge.ground")}
        error={problems.ground}
        value={form.ground}
        onChange={(ground) => setForm({ ...form, ground })}
        options={purgeGrounds.map((known) => ({ id: known, label: m.text(`purge.ground.${known}`) }))}
      />
      <TextArea id={`${id}-text`} label={m.text("purge.text")} hint={m.text("purge.textHint")} value={form.text} onInput={(text) => setForm({ ...form, text })} error={problems.text} />
      <Checkboxes
        id={`${id}-asked`}
        label={m.text("summary.approvers")}
        hint={m.text("closing.askHint")}
        error={problems.asked}
        values={form.asked}
        onChange={(asked) => setForm({ ...form, asked })}
        options={view.closers.map((person) => ({ id: person.id, label: person.name, hint: m.text(person.place === "outside" ? "place.outside" : "place.inside") }))}
      />
      <p class="effect">{m.text("purge.rest")}</p>
      <div class="row">
        <Button kind="main" submit inactive={working}>{m.text("purge.propose")}</Button>
        <Button kind="plain" onClick={empty}>{m.text("cancel")}</Button>
      </div>
    </form>
  );
}

/** Which letter or files, in words. */
function targetWords(m: DeskMessages, target: PurgeTargetView): string {
  const day = target.day === undefined ? "" : dayWords(m.language, target.day, target.day);
  return target.kind === "letter"
    ? m.text("purge.what.letter", { n: String(target.seq ?? 0), day })
    : m.text(target.seq === undefined ? "purge.what.note" : "purge.what.files", { n: String(target.seq ?? 0), day, names: target.names.join(", ") });
}
