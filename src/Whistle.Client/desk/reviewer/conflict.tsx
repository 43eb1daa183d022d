import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";

export interface ConflictProps {
  readonly channel: string;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly claim: () => void;
  readonly recuse: (reason: string) => void;
}

const reasons = ["person", "work", "gain", "another"] as const;

/** Why somebody steps back stays with the case, sealed: the others may have to explain it one day. */
export function StepBack({ working, recuse }: { readonly working: boolean; readonly recuse: (reason: string) => void }): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [reason, choose] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  return (
    <form
      class="stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        const chosen = reasons.find((known) => known === reason);
        setProblem(chosen === undefined ? m.text("conflict.why.missing") : undefined);
        if (chosen !== undefined && !working) {
          recuse(m.text("conflict.note", { reason: m.text(`conflict.why.${chosen}`) }));
        }
      }}
    >
      <Choice
        id={`${id}-why`}
        label={m.text("conflict.why")}
        hint={m.text("conflict.why.hint")}
        error={problem}
        value={reason}
        onChange={choose}
        options={reasons.map((known) => ({ id: known, label: m.text(`conflict.why.${known}`) }))}
      />
      <div><Button kind="warn" submit inactive={working}>{m.text("conflict.leave.confirm")}</Button></div>
    </form>
  );
}

/** Asked before the first opening. Nothing of the case but its row is shown until one of the two is chosen. */
export function Conflict({ channel, working, error, claim, recuse }: ConflictProps): JSX.Element {
  const { m } = useDesk();
  const [leaving, setLeaving] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [leaving]);
  return (
    <section class="conflict stack" aria-labelledby="conflict-heading">
      <h1 id="conflict-heading" ref={heading} tabIndex={-1}>
        {m.text(leaving ? "conflict.leave.title" : "conflict.title")}
      </h1>
      {error === undefined ? null : (
        <Notice kind="warn" live title={error} />
      )}
      {leaving ? (
        <>
          <p>{m.text("conflict.leave.text")}</p>
          <p>{m.text("conflict.leave.told")}</p>
          <StepBack working={working} recuse={recuse} />
          <div><Button kind="plain" inactive={working} onClick={() => setLeaving(false)}>{m.text("back")}</Button></div>
        </>
      ) : (
        <>
          <p>{m.text("conflict.from", { channel })}</p>
          <p>{m.text("conflict.question")}</p>
          <ul>
            <li>{m.text("conflict.reason.person")}</li>
            <li>{m.text("conflict.reason.work")}</li>
            <li>{m.text("conflict.reason.gain")}</li>
          </ul>
          <p class="hint">{m.text("conflict.next")}</p>
          <div class="row">
            <Button kind="main" inactive={working} onClick={claim}>{m.text(working ? "conflict.opening" : "conflict.none")}</Button>
            <Button inactive={working} onClick={() => setLeaving(true)}>{m.text("conflict.leave")}</Button>
          </div>
        </>
      )}
    </section>
  );
}
