import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { parseIsoDay, isoDay } from "../../lib/days.ts";
import { riskFactors, riskLevel, riskScore, type RiskFactor } from "../../lib/flows/desk.ts";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import { dayWords } from "../model/days.ts";
import type { CaseView } from "../model/views.ts";
import type { InvestigationActs } from "./investigation.tsx";
import { useKept, type Kept } from "./kept.ts";
import { DayField, Part, SaveRow, SelectField, Steps, type Problems } from "./record-parts.tsx";

interface ProtectionForm {
  readonly scores: Readonly<Record<string, string>>;
  readonly review: string;
  readonly text: string;
}

/**
 * What the source has to fear and what is done about it (Directive (EU) 2019/1937 Art. 19-21, ISO 37002 8.3.2), and what it says
 * itself when the mailbox asks.
 */
export function ProtectionPart({ view, kept, working, acts }: { readonly view: CaseView; readonly kept: Kept; readonly working: boolean; readonly acts: InvestigationActs }): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const plan = view.investigation.protection;
  const [form, setForm, empty] = useKept<ProtectionForm | undefined>(kept, `${view.row.id} protection`, undefined);
  const [problems, setProblems] = useState<Problems>({});
  const scoreOf = (factor: RiskFactor): string => form?.scores[factor] ?? "";
  const total = riskScore(new Map(riskFactors.map((factor) => [factor, Number(scoreOf(factor))])));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form === undefined || working) {
      return;
    }
    const review = parseIsoDay(form.review);
    const found = {
      ...Object.fromEntries(riskFactors.flatMap((factor) => (scoreOf(factor) === "" ? [[factor, m.text("protection.scoreMissing")]] : []))),
      ...(form.text.trim() === "" ? { text: m.text("protection.textMissing") } : {}),
      ...(review === undefined || review < today ? { review: m.text("protection.reviewWrong") } : {}),
    };
    setProblems(found);
    const fields = { ...Object.fromEntries(riskFactors.map((factor) => [factor, scoreOf(factor)])), review };
    if (Object.keys(found).length === 0 && (await acts.record({ kind: "protection", about: plan?.id, text: form.text.trim(), fields }))) {
      empty();
    }
  };
  return (
    <Part
      title={m.text("protection.title")}
      hint={m.text("protection.hint")}
      none={m.text("protection.none")}
      empty={plan === undefined && view.checkIns.every(({ word }) => word === undefined)}
      add={m.text(plan === undefined ? "protection.add" : "protection.change")}
      open={form !== undefined}
      setOpen={() =>
        setForm({
          scores: Object.fromEntries(riskFactors.map((factor) => [factor, String(plan?.scores.get(factor) ?? "")])),
          review: isoDay(Math.max(plan?.review ?? 0, today + 30)),
          text: plan?.text ?? "",
        })
      }
      form={form === undefined ? null : (
        <form class="stack-tight record-form" onSubmit={(event) => void submit(event)}>
          {riskFactors.map((factor) => (
            <SelectField
              key={factor}
              id={`${id}-${factor}`}
              label={m.text(`protection.factor.${factor}`)}
              value={scoreOf(factor)}
              onInput={(score) => setForm({ ...form, scores: { ...form.scores, [factor]: score } })}
              options={[{ id: "", label: m.text("protection.score.none") }, ...(["0", "1", "2", "3"] as const).map((score) => ({ id: score, label: m.text(`protection.score.${score}`) }))]}
              error={problems[factor]}
            />
          ))}
          <p role="status">{m.text("protection.total", { score: total, of: riskFactors.length * 3, level: m.text(`protection.level.${riskLevel(total)}`) })}</p>
          <TextArea id={`${id}-text`} label={m.text("protection.text")} hint={m.text("protection.textHint")} value={form.text} onInput={(text) => setForm({ ...form, text })} error={problems["text"]} />
          <DayField id={`${id}-review`} label={m.text("protection.review")} value={form.review} min={today} onInput={(review) => setForm({ ...form, review })} error={problems["review"]} />
          <SaveRow working={working} cancel={empty} />
        </form>
      )}
    >
      {view.checkIns.some(({ word }) => word === "yes" || word === "unsure") ? <Notice kind="warn" title={m.text("protection.harmed")}><p>{m.text("protection.harmed.text")}</p></Notice> : null}
      {plan === undefined ? null : (
        <div class="record">
          <p>
            <strong>{m.text("protection.total", { score: plan.score, of: riskFactors.length * 3, level: m.text(`protection.level.${plan.level}`) })}</strong>
          </p>
          <p class="letter" dir="auto">{plan.text}</p>
          {plan.review === undefined ? null : (
            <p class={plan.review < today ? "missed" : "soft small"}>{m.text(plan.review < today ? "protection.reviewDue" : "protection.reviewBy", { day: dayWords(m.language, plan.review, today) })}</p>
          )}
          <Steps steps={plan.steps} />
        </div>
      )}
      <ul class="plain-list small">
        {view.checkIns.map(({ mark, due, word, day }) => (
          <li key={mark}>
            {m.text("protection.checkin", { days: mark })}{" "}
            {word === undefined || day === undefined
              ? m.text(due <= today ? "protection.unanswered" : "protection.asksOn", { day: dayWords(m.language, due, today) })
              : m.text("protection.answered", { answer: m.text(word), day: dayWords(m.language, day, today) })}
          </li>
        ))}
      </ul>
    </Part>
  );
}
