import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import type { CaseFacts } from "../model/case.ts";
import { dayWords, daysLeftWords, urgency } from "../model/days.ts";
import type { CaseView, ChannelView } from "../model/views.ts";
import { Labels } from "./labels.tsx";

export interface AsideProps {
  readonly view: CaseView;
  readonly facts: CaseFacts;
  readonly channel: ChannelView | undefined;
  readonly me: string;
  readonly lead: boolean;
  readonly working: boolean;
  readonly assign: (person: string) => void;
  readonly label: (labels: { readonly severity: string; readonly category: string }) => void;
  readonly grant: (person: string) => void;
  readonly openSummary: () => void;
  readonly recuse: () => void;
}

/** Beside the case: its clock, its people, its labels, its summary. */
export function Aside(props: AsideProps): JSX.Element {
  const { m } = useDesk();
  const { view, facts, channel } = props;
  return (
    <aside class="case-aside" aria-label={m.text("aside.label")}>
      <Clock facts={facts} policy={channel?.policy ?? "eu"} />
      <People {...props} />
      <Labels row={view.row} channel={channel} working={props.working} change={props.label} />
      <section class="aside-block">
        <h2>{m.text("summary.title")}</h2>
        {view.summaries.length === 0 ? <p class="soft small">{m.text("summary.noneYet")}</p> : null}
        {view.summaries.map((summary) => (
          <p class="small" key={summary.id}>
            <span dir="auto">{summary.title}</span>: {m.text(`summary.state.${summary.state}`)}
          </p>
        ))}
        <Button onClick={props.openSummary}>{m.text("summary.open")}</Button>
      </section>
    </aside>
  );
}

function Clock({ facts, policy }: { readonly facts: CaseFacts; readonly policy: "eu" | "plain" }): JSX.Element {
  const { m, today } = useDesk();
  const day = (value: number): string => dayWords(m.language, value, today);
  const line = (done: number | undefined, by: number): JSX.Element =>
    done === undefined ? (
      <dd>
        {m.text("clock.by", { day: day(by) })} <span class={`block due due-${urgency(by, today)}`}>{daysLeftWords(m, by, today)}</span>
      </dd>
    ) : (
      <dd>{m.text("clock.done", { day: day(done) })}</dd>
    );
  return (
    <section class="aside-block">
      <h2>{m.text("clock.title")}</h2>
      <dl class="clock">
        <dt>{m.text("clock.received")}</dt>
        <dd>{day(facts.received)}</dd>
        {policy === "eu" ? (
          <>
            <dt>{m.text("clock.acknowledge")}</dt>
            {line(facts.acknowledged, facts.acknowledgeBy)}
            <dt>{m.text("clock.feedback")}</dt>
            {line(facts.feedback, facts.feedbackBy)}
          </>
        ) : null}
        {facts.closed === undefined ? null : (
          <>
            <dt>{m.text("clock.closed")}</dt>
            <dd>{day(facts.closed)}</dd>
          </>
        )}
      </dl>
      {policy === "plain" ? <p class="soft small">{m.text("clock.plain")}</p> : null}
    </section>
  );
}

function People({ view, facts, me, lead, working, assign, grant, recuse }: AsideProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const [granting, setGranting] = useState(false);
  const [chosen, choose] = useState("");
  const target = view.sharable.find((p) => p.id === chosen);
  return (
    <section class="aside-block">
      <h2>{m.text("people.title")}</h2>
      <ul class="people">
        {view.people.map((person) => (
          <li key={person.id}>
            <span>
              <span dir="auto">{person.name}</span>
              {person.id === me ? ` (${m.text("people.you")})` : ""}
              {person.id === facts.assignee ? <strong class="tag">{m.text("people.has")}</strong> : null}
            </span>
            <span class="soft small">
              {person.since === undefined ? m.text("people.notOpened") : m.text("people.since", { day: dayWords(m.language, person.since, today) })}
            </span>
            {facts.state !== "closed" && person.since !== undefined && person.id !== facts.assignee && (lead || person.id === me) ? (
              <Button kind="plain" inactive={working} onClick={() => assign(person.id)}>
                {person.id === me ? m.text("people.take") : m.text("people.give")}
                <span class="visually-hidden"> {person.name}</span>
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {view.excluded.length === 0 ? null : <p class="soft small">{m.text("people.excluded", { names: view.excluded.join(", ") })}</p>}
      {!granting ? (
        <Button onClick={() => setGranting(true)}>{m.text("grant.open")}</Button>
      ) : view.sharable.length === 0 ? (
        <p class="soft small" role="status">{m.text("grant.nobody")}</p>
      ) : (
        <form
          class="stack-tight"
          onSubmit={(event) => {
            event.preventDefault();
            if (target !== undefined && !working) {
              grant(target.id);
              setGranting(false);
            }
          }}
        >
          <label for={`${id}-to`}>{m.text("grant.to")}</label>
          <select id={`${id}-to`} class="input" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">{m.text("grant.choose")}</option>
            {view.sharable.map((person) => (
              <option key={person.id} value={person.id}>
                {m.text("grant.person", { name: person.name, role: m.text(`role.${asRole(person.role)}`), place: m.text(person.place === "outside" ? "place.outside" : "place.inside") })}
              </option>
            ))}
          </select>
          {target === undefined ? null : <p class="effect">{m.text("grant.effect", { name: target.name })}</p>}
          <div class="row">
            <Button submit inactive={working || target === undefined}>{m.text("grant.confirm")}</Button>
            <Button kind="plain" onClick={() => setGranting(false)}>{m.text("cancel")}</Button>
          </div>
        </form>
      )}
      <details class="step-back">
        <summary>{m.text("conflict.leave")}</summary>
        <Notice kind="warn" title={m.text("conflict.leave.title")}>
          <p class="small">{m.text("conflict.leave.text")}</p>
          <p class="small">{m.text("conflict.leave.told")}</p>
        </Notice>
        <Button kind="warn" inactive={working} onClick={recuse}>{m.text("conflict.leave.confirm")}</Button>
      </details>
    </section>
  );
}

export type RoleName = "lead" | "reviewer" | "approver" | "custodian" | "admin" | "auditor";
const roles: readonly RoleName[] = ["lead", "reviewer", "approver", "custodian", "admin", "auditor"];

export function asRole(role: string): RoleName {
  return roles.find((known) => known === role) ?? "reviewer";
}
