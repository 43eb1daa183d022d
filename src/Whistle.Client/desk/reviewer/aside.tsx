import { clockPolicies, isLaw, perhapsUntil, type ClockPolicy } from "../../lib/clocks.ts";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { isoDay, parseIsoDay } from "../../lib/days.ts";
import { Button } from "../../ui/Button.tsx";
import type { Meeting } from "../../lib/meeting.ts";
import { StepBack } from "./conflict.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import type { CaseFacts } from "../model/case.ts";
import { dayWords, daysLeftWords, urgency } from "../model/days.ts";
import type { CaseView, ChannelView } from "../model/views.ts";
import { Identity, type IdentityActs } from "./identity.tsx";
import type { Kept } from "./kept.ts";
import { Labels } from "./labels.tsx";
import { Purges, type PurgeActs } from "./purge.tsx";

export interface AsideProps {
  readonly view: CaseView;
  readonly facts: CaseFacts;
  readonly channel: ChannelView | undefined;
  readonly me: string;
  readonly lead: boolean;
  readonly working: boolean;
  readonly assign: (person: string) => void;
  readonly hold: (until: number | undefined, reason: string) => void;
  readonly reclock: (policy: ClockPolicy) => void;
  readonly label: (labels: { readonly severity: string; readonly category: string }) => void;
  readonly grant: (person: string) => void;
  readonly openSummary: () => void;
  readonly kept: Kept;
  readonly identityError: string | undefined;
  readonly identityActs: IdentityActs;
  readonly purgeError: string | undefined;
  readonly purgeActs: PurgeActs;
  readonly recuse: (reason: string) => void;
}

/** Days before its deletion from which on a case says so. */
export const warnDays = 30;

/** Beside the case: its clock, its people, its labels, its summary. */
export function Aside(props: AsideProps): JSX.Element {
  const { m, today } = useDesk();
  const { view, facts, channel } = props;
  return (
    <aside class="case-aside" aria-label={m.text("aside.label")}>
      <Clock facts={facts} meeting={view.meeting} lead={props.lead} working={props.working} reclock={props.reclock} />
      <Keeping facts={facts} lead={props.lead} working={props.working} hold={props.hold} />
      <People {...props} />
      <Identity
        key={view.row.id}
        caseId={view.row.id}
        kept={props.kept}
        asks={view.identities}
        custodians={view.custodians}
        gone={facts.source === "gone"}
        working={props.working}
        error={props.identityError}
        acts={props.identityActs}
      />
      <Purges key={view.row.id} view={view} held={facts.holdUntil !== undefined && facts.holdUntil >= today} kept={props.kept} working={props.working} error={props.purgeError} acts={props.purgeActs} />
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

function Clock({ facts, meeting, lead, working, reclock }: { readonly facts: CaseFacts; readonly meeting: Meeting | undefined } & Pick<AsideProps, "lead" | "working" | "reclock">): JSX.Element {
  const { m, today } = useDesk();
  const { policy } = facts;
  const [choosing, choose] = useState<ClockPolicy | undefined>(undefined);
  const day = (value: number): string => dayWords(m.language, value, today);
  const line = (done: number | undefined, by: number): JSX.Element => {
    const perhaps = perhapsUntil(policy, by);
    return done === undefined ? (
      <dd>
        {m.text("clock.by", { day: day(by) })} <span class={`block due due-${urgency(by, today)}`}>{daysLeftWords(m, by, today)}</span>
        {perhaps === undefined ? null : <span class="block soft small">{m.text("clock.perhaps", { day: day(perhaps) })}</span>}
      </dd>
    ) : (
      <dd>{m.text("clock.done", { day: day(done) })}</dd>
    );
  };
  return (
    <section class="aside-block">
      <h2>{m.text("clock.title")}</h2>
      <dl class="clock">
        <dt>{m.text("clock.received")}</dt>
        <dd>{day(facts.received)}</dd>
        {isLaw(policy) ? (
          <>
            <dt>{m.text("clock.acknowledge")}</dt>
            {line(facts.acknowledged, facts.acknowledgeBy)}
            <dt>{m.text("clock.feedback")}</dt>
            {line(facts.feedback, facts.feedbackBy)}
          </>
        ) : null}
        {meeting === undefined ? null : (
          <>
            <dt>{m.text("clock.meeting")}</dt>
            {meeting.held !== undefined || meeting.by !== undefined ? line(meeting.held, meeting.by ?? 0) : <dd>{m.text("clock.asked", { day: day(meeting.asked) })}</dd>}
          </>
        )}
        {facts.closed === undefined ? null : (
          <>
            <dt>{m.text("clock.closed")}</dt>
            <dd>{day(facts.closed)}</dd>
          </>
        )}
      </dl>
      <p class="soft small">{m.text(isLaw(policy) ? `policy.${policy}` : "clock.plain")}</p>
      {!lead || facts.state === "closed" ? null : choosing === undefined ? (
        <Button onClick={() => choose(policy)}>{m.text("clock.change")}</Button>
      ) : (
        <form
          class="stack-tight"
          onSubmit={(event) => {
            event.preventDefault();
            if (choosing !== policy) {
              reclock(choosing);
            }
            choose(undefined);
          }}
        >
          <Choice
            id="clock-policy"
            label={m.text("clock.change")}
            value={choosing}
            onChange={(value) => choose(clockPolicies.find((known) => known === value))}
            options={clockPolicies.map((known) => ({ id: known, label: m.text(`policy.${known}`), hint: m.text(`policy.${known}.hint`) }))}
          />
          <p class="hint">{m.text("clock.change.effect")}</p>
          <div class="row">
            <Button kind="main" submit inactive={working}>{m.text("clock.change")}</Button>
            <Button kind="plain" onClick={() => choose(undefined)}>{m.text("cancel")}</Button>
          </div>
        </form>
      )}
    </section>
  );
}

/** Until when a closed case is kept, and what keeps it for longer. */
function Keeping({ facts, lead, working, hold }: { readonly facts: CaseFacts } & Pick<AsideProps, "lead" | "working" | "hold">): JSX.Element | null {
  const { m, today } = useDesk();
  const { keepUntil, holdUntil } = facts;
  const [asking, ask] = useState(false);
  const [until, setUntil] = useState("");
  const [reason, write] = useState("");
  const [problem, setProblem] = useState<{ readonly until?: string; readonly reason?: string }>({});
  const held = holdUntil !== undefined && holdUntil >= today;
  if (keepUntil === undefined && !held && !lead) {
    return null;
  }
  const send = (day: number | undefined): void => {
    hold(day, m.text(day === undefined ? "keep.note.ended" : "keep.note.held", { reason: reason.trim(), day: day === undefined ? "" : dayWords(m.language, day, today) }));
    ask(false);
    write("");
  };
  return (
    <section class="aside-block">
      <h2>{m.text("keep.title")}</h2>
      {keepUntil === undefined ? null : <p class="small">{m.text("keep.until", { day: dayWords(m.language, keepUntil, today) })}</p>}
      {keepUntil !== undefined && !held && keepUntil - today <= warnDays ? <p class="due due-soon">{m.text("keep.soon")}</p> : null}
      {held ? <p class="small"><strong>{m.text("keep.held", { day: dayWords(m.language, holdUntil, today) })}</strong></p> : null}
      {!lead ? null : !asking ? (
        <Button onClick={() => ask(true)}>{m.text(held ? "keep.change" : "keep.hold")}</Button>
      ) : (
        <form
          class="stack-tight"
          onSubmit={(event) => {
            event.preventDefault();
            const day = parseIsoDay(until);
            const found = {
              ...(day === undefined || day < today ? { until: m.text("keep.dayWrong") } : {}),
              ...(reason.trim() === "" ? { reason: m.text("keep.reasonMissing") } : {}),
            };
            setProblem(found);
            if (day !== undefined && Object.keys(found).length === 0) {
              send(day);
            }
          }}
        >
          <div class="field">
            <label class="field-label" for="hold-until">{m.text("keep.day")}</label>
            {problem.until === undefined ? null : <p class="field-error" id="hold-until-error">{problem.until}</p>}
            <input id="hold-until" class="input input-short" type="date" min={isoDay(today)} value={until} aria-describedby={problem.until === undefined ? undefined : "hold-until-error"} onInput={(event) => setUntil(event.currentTarget.value)} />
          </div>
          <TextArea id="hold-reason" label={m.text("keep.reason")} hint={m.text("keep.reasonHint")} value={reason} onInput={write} error={problem.reason} />
          <div class="row">
            <Button kind="main" submit inactive={working}>{m.text("keep.hold")}</Button>
            {held ? (
              <Button
                inactive={working}
                onClick={() => {
                  if (reason.trim() === "") {
                    setProblem({ reason: m.text("keep.reasonMissing") });
                  } else {
                    send(undefined);
                  }
                }}
              >
                {m.text("keep.end")}
              </Button>
            ) : null}
            <Button kind="plain" onClick={() => ask(false)}>{m.text("cancel")}</Button>
          </div>
        </form>
      )}
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
            {person.away === undefined ? null : (
              <span class="block small">
                {m.text("people.away", { day: dayWords(m.language, person.away.until, today) })}{" "}
                {person.away.deputy === undefined ? null : m.text(person.away.deputyHolds ? "people.deputy" : "people.deputyWithout", { name: person.away.deputy })}
              </span>
            )}
            {facts.state !== "closed" && person.since !== undefined && person.id !== facts.assignee && (lead || person.id === me) ? (
              <Button kind="plain" inactive={working} onClick={() => assign(person.id)}>
                {person.id === me ? m.text("people.take") : m.text("people.give")}
                <span class="visually-hidden"> {person.name}</span>
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {facts.present === 1 && facts.state !== "closed" ? (
        <Notice kind="warn" title={m.text("people.alone")}><p class="small">{m.text("people.alone.text")}</p></Notice>
      ) : null}
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
        <StepBack working={working} recuse={recuse} />
      </details>
    </section>
  );
}

export type RoleName = "lead" | "reviewer" | "approver" | "custodian" | "admin" | "auditor";
const roles: readonly RoleName[] = ["lead", "reviewer", "approver", "custodian", "admin", "auditor"];

export function asRole(role: string): RoleName {
  return roles.find((known) => known === role) ?? "reviewer";
}
