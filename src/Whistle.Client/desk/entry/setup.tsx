import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { DeskApi } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { SummaryList } from "../../ui/SummaryList.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { browserPins } from "../model/pins.ts";
import { CopyButton } from "../parts/copy.tsx";
import { Fingerprint } from "../parts/fingerprint.tsx";
import { useAct, useLoad } from "../parts/load.ts";
import { HolderField } from "./holder-field.tsx";
import { leastHolders, problemsOf, setUpPortal, toRequest, type Done, type Holder, type Recovery, type Setup, type SetupProblem } from "./setup-model.ts";

const stages = ["organisation", "holders", "recovery", "admin", "check"] as const;
type Stage = (typeof stages)[number];
const stageProblems: Readonly<Record<Stage, readonly SetupProblem[]>> = {
  organisation: ["organisation"],
  holders: ["holders", "names", "keys", "same-key", "threshold"],
  recovery: ["recovery"],
  admin: ["admin"],
  check: [],
};

export interface SetupPageProps {
  readonly api: DeskApi;
  readonly token: string;
}

/** The ceremony, once: who the organisation is, who holds the root keys, and who is invited first. */
export function SetupPage({ api, token }: SetupPageProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const opened = useLoad((signal) => api.openSetup(token, signal));
  const act = useAct();
  const [stage, setStage] = useState<Stage>("organisation");
  const [setup, setSetup] = useState<Setup>({ organisation: "", threshold: 2, holders: [{ name: "" }, { name: "" }, { name: "" }], admin: "" });
  const [asked, setAsked] = useState(false);
  const [result, setResult] = useState<Done | undefined>(undefined);
  const problems = problemsOf(setup).filter((problem) => stageProblems[stage].includes(problem));
  const change = (part: Partial<Setup>): void => setSetup({ ...setup, ...part });
  const next = async (): Promise<void> => {
    if (problems.length > 0) {
      setAsked(true);
      return;
    }
    setAsked(false);
    const following = stages[stages.indexOf(stage) + 1];
    if (following !== undefined) {
      setStage(following);
    } else {
      await act.run(async () => {
        setResult(await setUpPortal(api, toRequest(token, setup), browserPins()));
      });
    }
  };
  if (opened.value === undefined) {
    return (
      <Page name="setup" heading={m.text("setup.title")} title={m.text("title")}>
        {opened.error === undefined ? <p role="status">{m.text("loading")}</p> : <Notice kind="warn" live title={opened.error} />}
      </Page>
    );
  }
  if (result !== undefined) {
    return (
      <Page name="setup-done" heading={m.text("setup.done.title")} title={m.text("title")}>
        <p>{m.text("setup.done.fingerprint")}</p>
        <Fingerprint root={result.root} />
        <p class="hint">{m.text("setup.done.why")}</p>
        <h2>{m.text("setup.done.next")}</h2>
        <p>{m.text("setup.done.invitation", { name: setup.admin })}</p>
        <p class="code">{result.link}</p>
        <div class="row">
          <CopyButton text={result.link} label={m.text("admin.people.copyLink")} />
          <a class="button" href={result.link} onClick={() => setTimeout(() => location.reload(), 0)}>{m.text("setup.done.open")}</a>
        </div>
      </Page>
    );
  }
  const holders = setup.holders;
  const setHolder = (index: number, holder: Holder): void => change({ holders: holders.map((other, i) => (i === index ? holder : other)) });
  return (
    <Page
      name={`setup-${stage}`}
      heading={m.text(`setup.${stage}.title`)}
      title={m.text("title")}
      above={m.text("enrol.progress", { step: stages.indexOf(stage) + 1, total: stages.length })}
    >
      {asked && problems.length > 0 ? (
        <Notice kind="warn" live>
          {problems.map((problem) => <p key={problem}>{m.text(`setup.problem.${problem}`)}</p>)}
        </Notice>
      ) : null}
      {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void next();
        }}
      >
        {stage === "organisation" ? (
          <>
            <p>{m.text("setup.organisation.text")}</p>
            <TextField id={`${id}-organisation`} label={m.text("setup.organisation.name")} value={setup.organisation} onInput={(organisation) => change({ organisation })} />
          </>
        ) : stage === "holders" ? (
          <>
            <p>{m.text("setup.holders.text")}</p>
            {holders.map((holder, index) => (
              <HolderField
                key={index}
                number={index + 1}
                holder={holder}
                change={(changed) => setHolder(index, changed)}
                remove={holders.length > 1 ? () => change({ holders: holders.filter((_, i) => i !== index) }) : undefined}
              />
            ))}
            <div><Button onClick={() => change({ holders: [...holders, { name: "" }] })}>{m.text("setup.holders.add")}</Button></div>
            <NumberField id={`${id}-threshold`} label={m.text("setup.threshold")} hint={m.text("setup.threshold.hint", { count: holders.length })} value={setup.threshold} min={1} max={holders.length} change={(threshold) => change({ threshold })} />
            {holders.length === 1 ? <Notice kind="warn" title={m.text("setup.single")} /> : null}
          </>
        ) : stage === "recovery" ? (
          <RecoveryFields
            recovery={setup.recovery}
            change={(recovery) => {
              const { recovery: _, ...rest } = setup;
              setSetup(recovery === undefined ? rest : { ...rest, recovery });
            }}
          />
        ) : stage === "admin" ? (
          <>
            <p>{m.text("setup.admin.text")}</p>
            <TextField id={`${id}-admin`} label={m.text("setup.admin.name")} value={setup.admin} onInput={(admin) => change({ admin })} />
          </>
        ) : (
          <>
            <SummaryList
              rows={[
                { id: "organisation", name: m.text("setup.organisation.name"), value: setup.organisation, change: { label: m.text("change"), onClick: () => setStage("organisation") } },
                { id: "holders", name: m.text("setup.holders.title"), value: holders.map((h) => h.name).join(", "), change: { label: m.text("change"), onClick: () => setStage("holders") } },
                { id: "threshold", name: m.text("setup.threshold"), value: m.text("setup.threshold.of", { threshold: setup.threshold, count: holders.length }), change: { label: m.text("change"), onClick: () => setStage("holders") } },
                { id: "recovery", name: m.text("setup.recovery.title"), value: setup.recovery === undefined ? m.text("recovery.none") : setup.recovery.holders.map((h) => h.name).join(", "), change: { label: m.text("change"), onClick: () => setStage("recovery") } },
                { id: "admin", name: m.text("setup.admin.name"), value: setup.admin, change: { label: m.text("change"), onClick: () => setStage("admin") } },
                { id: "origins", name: m.text("setup.origins"), value: opened.value.origins.join(", ") },
              ]}
            />
            <p class="effect">{m.text("setup.effect")}</p>
          </>
        )}
        <div class="row">
          <Button kind="main" submit inactive={act.working}>{m.text(stage === "check" ? "setup.finish" : "next")}</Button>
          {stage === "organisation" ? null : <Button kind="plain" onClick={() => setStage(stages[stages.indexOf(stage) - 1] ?? "organisation")}>{m.text("back")}</Button>}
        </div>
      </form>
    </Page>
  );
}

interface NumberProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly change: (value: number) => void;
}

function NumberField({ id, label, hint, value, min, max, change }: NumberProps): JSX.Element {
  return (
    <div class="field">
      <label class="field-label" for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>{hint}</p>
      <input id={id} class="input input-short" type="number" min={min} max={max} value={value} aria-describedby={`${id}-hint`} onInput={(event) => change(event.currentTarget.valueAsNumber || 0)} />
    </div>
  );
}

function RecoveryFields({ recovery, change }: { readonly recovery: Recovery | undefined; readonly change: (recovery: Recovery | undefined) => void }): JSX.Element {
  const { m } = useDesk();
  return (
    <>
      <p>{m.text("setup.recovery.text")}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={recovery !== undefined}
          onChange={(event) => change(event.currentTarget.checked ? { recipient: "", threshold: 2, holders: [] } : undefined)}
        />
        <span>{m.text("setup.recovery.want")}</span>
      </label>
      {recovery === undefined ? null : <RecoveryIdentity recovery={recovery} change={change} />}
    </>
  );
}

/** The recipient, its holders and how many of them it takes. */
export function RecoveryIdentity({ recovery, change }: { readonly recovery: Recovery; readonly change: (recovery: Recovery) => void }): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const setHolders = (holders: Recovery["holders"]): void => change({ ...recovery, holders });
  return (
    <>
      <TextField id={`${id}-recipient`} code label={m.text("setup.recovery.recipient")} hint={m.text("setup.recovery.recipientHint")} value={recovery.recipient} onInput={(recipient) => change({ ...recovery, recipient: recipient.trim() })} />
      {recovery.holders.map((holder, index) => (
        <RecoveryHolder
          key={index}
          holder={holder}
          change={(changed) => setHolders(recovery.holders.map((other, i) => (i === index ? changed : other)))}
          remove={() => setHolders(recovery.holders.filter((_, i) => i !== index))}
        />
      ))}
      <div><Button onClick={() => setHolders([...recovery.holders, { name: "", place: "outside" }])}>{m.text("setup.recovery.addHolder")}</Button></div>
      <NumberField id={`${id}-threshold`} label={m.text("setup.recovery.threshold")} hint={m.text("setup.recovery.thresholdHint")} value={recovery.threshold} min={leastHolders} max={Math.max(leastHolders, recovery.holders.length)} change={(threshold) => change({ ...recovery, threshold })} />
    </>
  );
}

type RecoveryPerson = Recovery["holders"][number];

function RecoveryHolder({ holder, change, remove }: { readonly holder: RecoveryPerson; readonly change: (holder: RecoveryPerson) => void; readonly remove: () => void }): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  return (
    <fieldset class="card stack-tight">
      <legend class="field-label">{m.text("setup.recovery.holder")}</legend>
      <TextField id={`${id}-name`} label={m.text("admin.people.name")} value={holder.name} onInput={(name) => change({ ...holder, name })} />
      <Choice
        id={`${id}-place`}
        label={m.text("admin.people.place")}
        value={holder.place}
        onChange={(value) => change({ ...holder, place: value === "inside" ? "inside" : "outside" })}
        options={[
          { id: "inside", label: m.text("place.inside") },
          { id: "outside", label: m.text("place.outside") },
        ]}
      />
      <div><Button kind="plain" onClick={remove}>{m.text("holder.remove")}</Button></div>
    </fieldset>
  );
}
