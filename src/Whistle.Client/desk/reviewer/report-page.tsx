import type { JSX } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { h, hex, utf8 } from "../../lib/bytes.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { dayWords } from "../model/days.ts";
import { givenNames, namesIn } from "../model/names.ts";
import { quotesIn } from "../model/quotes.ts";
import { audiences, plainParts, reportOf, reportText, revealingParts, sourceWords, type ReportPart, type ReportSection } from "../model/report.ts";
import type { CaseView, ChannelView } from "../model/views.ts";
import type { RecordInput } from "./investigation.tsx";
import { useKept, type Kept } from "./kept.ts";
import { SelectField, type Problems } from "./record-parts.tsx";

export interface ReportPageProps {
  readonly view: CaseView;
  readonly channel: ChannelView | undefined;
  readonly kept: Kept;
  readonly working: boolean;
  readonly error: string | undefined;
  readonly record: (input: RecordInput) => Promise<boolean>;
  readonly close: () => void;
}

interface Work {
  readonly audience: string;
  readonly recipient: string;
  readonly ground: string;
  readonly parts: readonly ReportPart[];
}

/** A report about the case, made on this device. Who gets it and on what ground is recorded before it can be printed. */
export function ReportPage({ view, channel, kept, working, error, record, close }: ReportPageProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const [work, setWork, empty] = useKept<Work>(kept, `${view.row.id} report`, { audience: "", recipient: "", ground: "", parts: plainParts });
  const [problems, setProblems] = useState<Problems>({});
  /** What was recorded last, as it was then (recording is an act in the history itself): only that can be printed. */
  const [recorded, setRecorded] = useState<readonly ReportSection[] | undefined>(undefined);
  const made = useMemo(() => reportOf(view, channel, new Set(work.parts), m, today), [view, channel, work.parts, m, today]);
  const sections = recorded ?? made;
  const text = reportText(sections);
  const hash = hex(h(utf8(text)));
  const revealing = work.parts.filter((part) => revealingParts.some((known) => known === part));
  const safe = useMemo(() => reportText(sections.filter((section) => plainParts.some((known) => known === section.part))), [sections]);
  const quotes = useMemo(() => quotesIn(safe, sourceWords(view)), [safe, view]);
  const names = useMemo(() => namesIn(text, givenNames(view)), [text, view]);
  const change = (part: Partial<Work>): void => {
    setRecorded(undefined);
    setWork({ ...work, ...part });
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found = {
      ...(work.audience === "" ? { audience: m.text("report.audienceMissing") } : {}),
      ...(work.recipient.trim() === "" ? { recipient: m.text("report.recipientMissing") } : {}),
      ...(work.ground.trim() === "" ? { ground: m.text("report.groundMissing") } : {}),
      ...(sections.length === 0 ? { parts: m.text("report.partsMissing") } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0 && !working) {
      const fields = { audience: work.audience, recipient: work.recipient.trim(), ground: work.ground.trim(), parts: work.parts, sha256: hash };
      if (await record({ kind: "report", text: "", fields })) {
        setRecorded(sections);
      }
    }
  };
  const partOptions = (parts: readonly ReportPart[]) => parts.map((part) => ({ id: part, label: m.text(`report.part.${part}`), hint: revealingParts.some((known) => known === part) ? m.text(`report.why.${part as (typeof revealingParts)[number]}`) : undefined }));
  return (
    <section class="summary-page stack" aria-labelledby="report-heading">
      <header class="summary-head no-print">
        <Button onClick={close}>{m.text("summary.back")}</Button>
        <h1 id="report-heading" ref={heading} tabIndex={-1}>{m.text("report.title")}</h1>
      </header>
      <p class="hint no-print">{m.text("report.hint")}</p>
      <form class="stack no-print" onSubmit={(event) => void submit(event)}>
        <SelectField
          id={`${id}-audience`}
          label={m.text("report.audience")}
          value={work.audience}
          error={problems["audience"]}
          onInput={(audience) => change({ audience })}
          options={[{ id: "", label: m.text("interview.choose") }, ...audiences.map((one) => ({ id: one, label: m.text(`report.audience.${one}`) }))]}
        />
        <TextField id={`${id}-recipient`} label={m.text("report.recipient")} value={work.recipient} onInput={(recipient) => change({ recipient })} error={problems["recipient"]} />
        <TextArea id={`${id}-ground`} label={m.text("report.ground")} hint={m.text("report.groundHint")} value={work.ground} onInput={(ground) => change({ ground })} error={problems["ground"]} />
        <Checkboxes
          id={`${id}-parts`}
          label={m.text("report.parts")}
          error={problems["parts"]}
          values={work.parts}
          onChange={(parts) => change({ parts: [...plainParts, ...revealing].filter((part) => parts.includes(part) || revealing.includes(part)) })}
          options={partOptions(plainParts)}
        />
        <Checkboxes
          id={`${id}-revealing`}
          label={m.text("report.revealing")}
          hint={m.text("report.revealingHint")}
          values={revealing}
          onChange={(parts) => change({ parts: [...work.parts.filter((part) => !revealing.includes(part)), ...revealingParts.filter((part) => parts.includes(part))] })}
          options={partOptions(revealingParts)}
        />
        {revealing.length === 0 ? null : <Notice kind="warn" title={m.text("report.revealed")} />}
        {names.length === 0 ? null : <Notice kind="warn" title={m.text("identity.stands", { words: names.join(", ") })} />}
        {quotes.length === 0 ? null : <Notice kind="warn" title={m.text("report.quotes", { words: quotes.map((quote) => `“${quote}”`).join(", ") })} />}
        {error === undefined ? null : <Notice kind="warn" live title={error} />}
        <p class="effect">{m.text("report.effect")}</p>
        <div class="row">
          <Button kind="main" submit inactive={working || recorded !== undefined}>{m.text(working ? "note.saving" : "report.record")}</Button>
          {recorded !== undefined ? (
            <Button onClick={() => print()}>{m.text("report.print")}</Button>
          ) : null}
          {recorded !== undefined ? <Button kind="plain" onClick={() => { empty(); close(); }}>{m.text("report.done")}</Button> : null}
        </div>
        <p class="soft small" role="status">{recorded !== undefined ? m.text("report.recorded") : ""}</p>
      </form>
      <article class={recorded !== undefined ? "report-sheet" : "report-sheet no-print"} aria-label={m.text("report.preview")}>
        <h2>{m.text("report.sheet")}</h2>
        <p class="small">{m.text("report.for", { recipient: work.recipient.trim(), ground: work.ground.trim(), day: dayWords(m.language, today, today) })}</p>
        {sections.map((section) => (
          <section key={section.part}>
            <h3>{section.title}</h3>
            {section.lines.map((line, i) => (
              <div key={i} class="report-line">
                {line.label === undefined ? null : <p class="report-label" dir="auto">{line.label}</p>}
                <p class="letter" dir="auto">{line.text}</p>
              </div>
            ))}
          </section>
        ))}
        <p class="small soft">{m.text("report.hash")} <code>{hash}</code></p>
      </article>
    </section>
  );
}
