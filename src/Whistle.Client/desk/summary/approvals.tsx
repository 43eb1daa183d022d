import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { PurgeGround } from "../../lib/desk/summary.ts";
import { refusalCodes, type RefusalCode } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { Diff } from "./diff-view.tsx";
import { asRefusal, refusalWords } from "./editor.tsx";
import { outcomes } from "./work.ts";

export interface ApprovalView {
  readonly id: string;
  readonly kind: "summary" | "closing" | "purge";
  readonly state: "proposed" | "released" | "approved" | "refused" | "done";
  readonly proposer: string;
  readonly mine: boolean;
  readonly signature: "good" | "bad";
  readonly title: string;
  readonly text: string;
  readonly channel: string;
  readonly outcome: string;
  readonly quarter: string;
  /** Of a purge. */
  readonly ground?: PurgeGround;
  /** The text of a decided summary of the same case that was addressed to me, too, to compare with. */
  readonly earlier?: string;
}

export interface ApprovalsProps {
  readonly items: readonly ApprovalView[];
  readonly working: boolean;
  readonly error: string | undefined;
  readonly approve: (id: string) => void;
  readonly refuse: (id: string, code: RefusalCode) => void;
}

/** Summaries that wait for a second pair of eyes. Read-only: who approves changes nothing, or says no. */
export function Approvals({ items, working, error, approve, refuse }: ApprovalsProps): JSX.Element {
  const { m } = useDesk();
  const [open, setOpen] = useState<string | undefined>(undefined);
  const chosen = items.find((item) => item.id === open);
  if (chosen !== undefined) {
    return (
      <Approval
        key={chosen.id}
        item={chosen}
        working={working}
        error={error}
        approve={() => approve(chosen.id)}
        refuse={(code) => refuse(chosen.id, code)}
        close={() => setOpen(undefined)}
      />
    );
  }
  const waiting = items.filter((item) => item.state === "proposed");
  const done = items.filter((item) => item.state !== "proposed");
  return (
    <section class="page page-wide stack" aria-labelledby="approvals-heading">
      <h1 id="approvals-heading">{m.text("approvals.title")}</h1>
      <p class="hint">{m.text("approvals.explain")}</p>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      {waiting.length === 0 ? (
        <div class="empty">
          <h2>{m.text("approvals.none.title")}</h2>
          <p>{m.text("approvals.none.text")}</p>
        </div>
      ) : (
        <ApprovalList items={waiting} open={setOpen} heading="h2" />
      )}
      {done.length === 0 ? null : (
        <>
          <h2>{m.text("approvals.done")}</h2>
          <ApprovalList items={done} open={setOpen} heading="h3" />
        </>
      )}
    </section>
  );
}

function ApprovalList({ items, open, heading: Heading }: { readonly items: readonly ApprovalView[]; readonly open: (id: string) => void; readonly heading: "h2" | "h3" }): JSX.Element {
  const { m } = useDesk();
  return (
    <ul class="plain-list">
      {items.map((item) => (
        <li key={item.id} class="card">
          <Heading dir="auto">{item.title}</Heading>
          <p class="soft small">
            {m.text(`approvals.kind.${item.kind}`)} · {m.text("approvals.by", { name: item.proposer })} · {m.text(`approvals.state.${item.state}`)}
          </p>
          <div>
            <Button onClick={() => open(item.id)}>
              {m.text("approvals.read")}
              <span class="visually-hidden"> {item.title}</span>
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}

const checks = ["names", "places", "dates", "style", "files"] as const;

function Approval({ item, working, error, approve, refuse, close }: {
  readonly item: ApprovalView;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly approve: () => void;
  readonly refuse: (code: RefusalCode) => void;
  readonly close: () => void;
}): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [ticked, tick] = useState<readonly string[]>([]);
  const [refusing, setRefusing] = useState(false);
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEffect(() => heading.current?.focus(), []);
  const outcome = outcomes.find((o) => o === item.outcome) ?? "open";
  return (
    <section class="page page-wide stack" aria-labelledby="approval-heading">
      <div><Button onClick={close}>{m.text("approvals.back")}</Button></div>
      <h1 id="approval-heading" ref={heading} tabIndex={-1} dir="auto">{item.title}</h1>
      <p class="soft">
        {m.text(`approvals.kind.${item.kind}`)} · {m.text("approvals.by", { name: item.proposer })}
        {item.kind === "purge" ? null : <> · {m.text(`outcome.${outcome}`)}</>}
        {item.ground === undefined ? null : <> · {m.text(`purge.ground.${item.ground}`)}</>}
        {item.kind !== "summary" ? null : <> · {item.quarter} · <span dir="auto">{item.channel}</span></>}
      </p>
      {item.signature === "bad" ? <Notice kind="warn" title={m.text("approvals.badSignature")} /> : <p class="signature signature-good">{m.text("signature.good")}</p>}
      <h2>{m.text(item.kind === "closing" ? "closing.text" : item.kind === "purge" ? "purge.text" : "approvals.text")}</h2>
      <div class="card letter" dir="auto">{item.text}</div>
      {item.earlier === undefined ? null : (
        <>
          <h2>{m.text("approvals.changes")}</h2>
          <Diff before={item.earlier} after={item.text} label={m.text("approvals.changes")} />
        </>
      )}
      {item.state !== "proposed" ? (
        <Notice title={m.text(`approvals.state.${item.state}`)} />
      ) : item.mine ? (
        <Notice title={m.text("approvals.own")} />
      ) : (
        <>
          {item.kind !== "summary" ? null : (
            <Checkboxes
              id={`${id}-checks`}
              label={m.text("check.title")}
              hint={m.text("check.hint")}
              error={problem}
              values={ticked}
              onChange={tick}
              options={checks.map((check) => ({ id: check, label: m.text(`check.${check}`) }))}
            />
          )}
          {error === undefined ? null : <Notice kind="warn" live title={error} />}
          <p class="effect">{m.text(item.kind === "closing" ? "closing.effect" : item.kind === "purge" ? "purge.effect" : "approvals.effect")}</p>
          {refusing ? (
            <form
              class="stack"
              onSubmit={(event) => {
                event.preventDefault();
                if (code !== "" && !working) {
                  refuse(asRefusal(code));
                }
              }}
            >
              <Choice
                id={`${id}-code`}
                label={m.text("refusal.why")}
                hint={m.text("refusal.hint")}
                value={code}
                onChange={setCode}
                options={refusalCodes[item.kind].map((refusal) => ({ id: refusal, label: refusalWords(m, refusal) }))}
              />
              <div class="row">
                <Button kind="warn" submit inactive={working || code === ""}>{m.text("approvals.refuseConfirm")}</Button>
                <Button kind="plain" onClick={() => setRefusing(false)}>{m.text("cancel")}</Button>
              </div>
            </form>
          ) : (
            <div class="row">
              <Button
                kind="main"
                inactive={working || item.signature === "bad"}
                onClick={() => {
                  if (item.kind === "summary" && ticked.length < checks.length) {
                    setProblem(m.text("check.missing"));
                  } else {
                    setProblem(undefined);
                    approve();
                  }
                }}
              >
                {m.text(working ? "approvals.approving" : item.kind === "closing" ? "closing.approve" : item.kind === "purge" ? "purge.approve" : "approvals.approve")}
              </Button>
              <Button inactive={working} onClick={() => setRefusing(true)}>{m.text("approvals.refuse")}</Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}
