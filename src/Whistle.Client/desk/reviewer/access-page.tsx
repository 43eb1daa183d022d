import type { JSX } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import { decisions, leaksIn, mentionsOf } from "../model/access.ts";
import type { CaseView } from "../model/views.ts";
import type { RecordInput } from "./investigation.tsx";
import { useKept, type Kept } from "./kept.ts";
import type { Problems } from "./record-parts.tsx";

export interface AccessPageProps {
  readonly view: CaseView;
  readonly kept: Kept;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly record: (input: RecordInput) => Promise<boolean>;
  readonly close: () => void;
}

interface Work {
  readonly names: string;
  readonly decision: string;
  readonly ground: string;
  readonly answer: string;
}

/** A request for access under article 15 of the GDPR: where the person is named, and an answer that cannot tell of the source. */
export function AccessPage({ view, kept, working, error, record, close }: AccessPageProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const [work, setWork, empty] = useKept<Work>(kept, `${view.row.id} access`, { names: "", decision: "", ground: "", answer: "" });
  const [problems, setProblems] = useState<Problems>({});
  const names = useMemo(() => work.names.split("\n").map((name) => name.trim()).filter((name) => name !== ""), [work.names]);
  const mentions = useMemo(() => mentionsOf(view, names), [view, names]);
  const leaks = useMemo(() => leaksIn(work.answer, view, m.language), [work.answer, view, m]);
  const leaking = leaks.quotes.length + leaks.days.length + leaks.names.length > 0;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const decision = decisions.find((known) => known === work.decision);
    const found = {
      ...(names.length === 0 ? { names: m.text("access.namesMissing") } : {}),
      ...(decision === undefined ? { decision: m.text("access.decisionMissing") } : {}),
      ...(decision !== undefined && decision !== "given" && work.ground.trim() === "" ? { ground: m.text("access.groundMissing") } : {}),
      ...(work.answer.trim() === "" ? { answer: m.text("access.answerMissing") } : leaking ? { answer: m.text("access.leaks") } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0 && !working) {
      const fields = { person: names, decision, ground: work.ground.trim() === "" ? undefined : work.ground.trim(), mentions: mentions.length };
      if (await record({ kind: "access", text: work.answer.trim(), fields })) {
        empty();
        close();
      }
    }
  };
  return (
    <section class="summary-page stack" aria-labelledby="access-heading">
      <header class="summary-head">
        <Button onClick={close}>{m.text("summary.back")}</Button>
        <h1 id="access-heading" ref={heading} tabIndex={-1}>{m.text("access.title")}</h1>
      </header>
      <p class="hint">{m.text("access.hint")}</p>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <TextArea id={`${id}-names`} label={m.text("access.names")} hint={m.text("access.namesHint")} value={work.names} onInput={(value) => setWork({ ...work, names: value })} error={problems["names"]} />
        {names.length === 0 ? null : (
          <section class="stack-tight" aria-label={m.text("access.found")}>
            <h2>{m.text("access.found")}</h2>
            <p role="status">{m.count("access.count", mentions.length)}</p>
            <ul class="records">
              {mentions.map((mention, i) => (
                <li key={i} class="record">
                  <p class="small">
                    <strong>{m.text(`access.place.${mention.place}`)}</strong>{" "}
                    <span class={mention.fromSource ? "due due-soon" : "soft"}>{m.text(mention.fromSource ? "access.fromSource" : "access.fromTeam")}</span>
                  </p>
                  <p dir="auto">
                    {mention.excerpt.slice(0, mention.start)}<mark>{mention.excerpt.slice(mention.start, mention.end)}</mark>{mention.excerpt.slice(mention.end)}
                  </p>
                  {mention.fromSource ? null : (
                    <div><Button kind="plain" onClick={() => setWork({ ...work, answer: `${work.answer}${work.answer === "" ? "" : "\n\n"}${mention.excerpt}` })}>{m.text("access.put")}</Button></div>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
        <Choice
          id={`${id}-decision`}
          label={m.text("access.decision")}
          error={problems["decision"]}
          value={work.decision}
          onChange={(decision) => setWork({ ...work, decision })}
          options={decisions.map((one) => ({ id: one, label: m.text(`access.decision.${one}`), hint: m.text(`access.decision.${one}.hint`) }))}
        />
        <TextArea id={`${id}-ground`} label={m.text("access.ground")} hint={m.text("access.groundHint")} value={work.ground} onInput={(ground) => setWork({ ...work, ground })} error={problems["ground"]} />
        <div class="row">
          <Button inactive={work.answer !== ""} onClick={() => setWork({ ...work, answer: m.text("access.template") })}>{m.text("access.useTemplate")}</Button>
        </div>
        <TextArea id={`${id}-answer`} tall label={m.text("access.answer")} hint={m.text("access.answerHint")} value={work.answer} onInput={(answer) => setWork({ ...work, answer })} error={problems["answer"]} />
        {leaks.quotes.length === 0 ? null : <Notice kind="warn" title={m.text("access.quotes", { words: leaks.quotes.map((quote) => `“${quote}”`).join(", ") })} />}
        {leaks.names.length === 0 ? null : <Notice kind="warn" title={m.text("identity.stands", { words: leaks.names.join(", ") })} />}
        {leaks.days.length === 0 ? null : <Notice kind="warn" title={m.text("access.days", { days: leaks.days.join(", ") })} />}
        {error === undefined ? null : <Notice kind="warn" live title={error} />}
        <p class="effect">{m.text("access.effect")}</p>
        <div class="row">
          <Button kind="main" submit inactive={working}>{m.text(working ? "note.saving" : "access.save")}</Button>
        </div>
      </form>
    </section>
  );
}
