import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { maxReason, maxTold } from "../../lib/desk/identityRequest.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import { dayWords } from "../model/days.ts";
import type { IdentityView, PersonView } from "../model/views.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useKept, type Kept } from "./kept.ts";

export interface IdentityInput {
  readonly reason: string;
  readonly how: { readonly letter: string } | { readonly ground: string };
  readonly custodians: readonly string[];
}

export interface IdentityActs {
  readonly ask: (input: IdentityInput) => Promise<boolean>;
  readonly withdraw: () => void;
}

export interface IdentityProps {
  readonly caseId: string;
  readonly kept: Kept;
  readonly asks: readonly IdentityView[];
  /** Custodians whom the source could seal its name to: nobody else can be asked. */
  readonly custodians: readonly PersonView[];
  /** The mailbox was burnt: a letter would reach nobody. */
  readonly gone: boolean;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly acts: IdentityActs;
}

/** Who the source is: what custodians were asked and what they said. The team has no name that a source gave. */
export function Identity({ caseId, kept, asks, custodians, gone, working, error, acts }: IdentityProps): JSX.Element | null {
  const { m } = useDesk();
  const [asking, setAsking] = useState(false);
  if (asks.length === 0 && custodians.length === 0) {
    return null;
  }
  const waiting = asks.find(({ state }) => state === "waiting");
  return (
    <>
      <section class="aside-block">
        <h2>{m.text("identity.title")}</h2>
        {asks.length === 0 ? <p class="soft small">{m.text("identity.none")}</p> : null}
        {asks.map((ask) => <Shown key={ask.id} ask={ask} />)}
        {error === undefined || asking ? null : <Notice kind="warn" live title={error} />}
        {waiting !== undefined ? (
          <Button inactive={working} onClick={acts.withdraw}>{m.text("identity.withdraw")}</Button>
        ) : custodians.length === 0 ? null : (
          <Button onClick={() => setAsking(true)}>{m.text(asks.length === 0 ? "identity.ask" : "identity.again")}</Button>
        )}
      </section>
      {asking ? <Asking caseId={caseId} kept={kept} custodians={custodians} gone={gone} working={working} error={error} ask={acts.ask} close={() => setAsking(false)} /> : null}
    </>
  );
}

function Shown({ ask }: { readonly ask: IdentityView }): JSX.Element {
  const { m, today } = useDesk();
  const { answer } = ask;
  const day = dayWords(m.language, ask.day, today);
  return (
    <div class="stack-tight identity-ask">
      <p class="small">
        <strong>{answer?.outcome === undefined ? m.text(`identity.state.${ask.state}`) : m.text(`identity.outcome.${answer.outcome}`)}</strong>
        <span class="block soft">{m.text("identity.by", { name: ask.from, day, names: ask.asked.join(", ") })}</span>
      </p>
      {ask.problem === undefined ? null : <Notice kind="warn" title={m.text(ask.problem === "source-untold" ? "identity.problem.untold" : "identity.problem", { code: ask.problem })} />}
      {answer?.problem === undefined ? null : <Notice kind="warn" title={m.text("identity.problem.answer", { code: answer.problem })} />}
      {answer?.name === undefined ? null : (
        <details>
          <summary>{m.text("identity.show")}</summary>
          <p dir="auto"><strong>{answer.name}</strong></p>
          {answer.contact === undefined || answer.contact === "" ? null : <p class="letter" dir="auto">{answer.contact}</p>}
          <p class="hint">{m.text("identity.careful")}</p>
        </details>
      )}
      {answer?.reason === undefined ? null : <p class="small letter" dir="auto">{m.text("identity.refusedBecause", { name: answer.custodian, reason: answer.reason })}</p>}
      {ask.reason === "" ? null : (
        <details>
          <summary>{m.text("identity.details")}</summary>
          <p class="small"><strong>{m.text("identity.reason")}</strong></p>
          <p class="small letter" dir="auto">{ask.reason}</p>
          <p class="small"><strong>{m.text(ask.told === undefined ? "identity.ground" : "identity.told")}</strong></p>
          <p class="small letter" dir="auto">{ask.told ?? ask.ground ?? ""}</p>
        </details>
      )}
    </div>
  );
}

interface Work {
  readonly reason: string;
  readonly override: boolean;
  /** Follows the reason until somebody writes it. */
  readonly letter: string | undefined;
  readonly ground: string;
  /** Everybody, until somebody chooses. */
  readonly asked: readonly string[] | undefined;
}

type Problems = Partial<Record<"reason" | "letter" | "ground" | "asked", string>>;

function Asking({ caseId, kept, custodians, gone, working, error, ask, close }: Pick<IdentityProps, "caseId" | "kept" | "custodians" | "gone" | "working" | "error"> & Pick<IdentityActs, "ask"> & { readonly close: () => void }): JSX.Element {
  const { m } = useDesk();
  const [work, setWork, empty] = useKept<Work>(kept, `${caseId} identity`, { reason: "", override: false, letter: undefined, ground: "", asked: undefined });
  const { reason, ground } = work;
  const way = gone || work.override ? "override" : "tell";
  const asked = (work.asked ?? custodians.map(({ id }) => id)).filter((id) => custodians.some((person) => person.id === id));
  const [problems, setProblems] = useState<Problems>({});
  const letter = work.letter ?? m.text("identity.letter.text", { reason: reason.trim() === "" ? "…" : reason.trim() });
  const long = (text: string, max: number): string | undefined => ([...text].length > max ? m.text("identity.tooLong", { max }) : undefined);
  const submit = async (): Promise<void> => {
    const found: Problems = Object.fromEntries(
      Object.entries({
        reason: reason.trim() === "" ? m.text("identity.reason.missing") : long(reason, maxReason),
        letter: way === "override" ? undefined : letter.trim() === "" ? m.text("identity.letter.missing") : long(letter, maxTold),
        ground: way === "tell" ? undefined : ground.trim() === "" ? m.text("identity.ground.missing") : long(ground, maxReason),
        asked: asked.length === 0 ? m.text("identity.asked.missing") : undefined,
      }).filter(([, problem]) => problem !== undefined),
    );
    setProblems(found);
    if (Object.keys(found).length === 0 && !working && (await ask({ reason, how: way === "tell" ? { letter } : { ground }, custodians: asked }))) {
      empty();
      close();
    }
  };
  return (
    <Dialog title={m.text("identity.ask")} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{m.text("identity.explain")}</p>
        {error === undefined ? null : <Notice kind="warn" live title={error} />}
        <TextArea id="identity-reason" label={m.text("identity.reason.label")} hint={m.text("identity.reason.hint")} value={reason} onInput={(typed) => setWork({ ...work, reason: typed })} error={problems.reason} required />
        <Choice
          id="identity-way"
          label={m.text("identity.way")}
          hint={gone ? m.text("identity.gone") : undefined}
          value={way}
          onChange={(value) => setWork({ ...work, override: value === "override" })}
          options={[
            ...(gone ? [] : [{ id: "tell", label: m.text("identity.way.tell"), hint: m.text("identity.way.tell.hint") }]),
            { id: "override", label: m.text("identity.way.override"), hint: m.text("identity.way.override.hint") },
          ]}
        />
        {way === "tell" ? (
          <TextArea id="identity-letter" label={m.text("identity.letter")} hint={m.text("identity.letter.hint")} value={letter} onInput={(typed) => setWork({ ...work, letter: typed })} error={problems.letter} required />
        ) : (
          <TextArea id="identity-ground" label={m.text("identity.ground.label")} hint={m.text("identity.ground.hint")} value={ground} onInput={(typed) => setWork({ ...work, ground: typed })} error={problems.ground} required />
        )}
        <Checkboxes
          id="identity-asked"
          label={m.text("identity.asked")}
          values={asked}
          onChange={(ticked) => setWork({ ...work, asked: ticked })}
          error={problems.asked}
          options={custodians.map((person) => ({ id: person.id, label: <span dir="auto">{person.name}</span>, hint: m.text(person.place === "outside" ? "place.outside" : "place.inside") }))}
        />
        <p class="effect">{m.text(way === "tell" ? "identity.effect.tell" : "identity.effect.override")}</p>
        <div class="row">
          <Button kind="main" submit inactive={working}>{m.text(working ? "identities.working" : way === "tell" ? "identity.send.tell" : "identity.send.override")}</Button>
          <Button kind="plain" onClick={close}>{m.text("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
