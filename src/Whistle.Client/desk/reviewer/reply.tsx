import type { Meeting } from "../../lib/meeting.ts";
import { isLaw, type ClockPolicy } from "../../lib/clocks.ts";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import type { CaseFacts } from "../model/case.ts";
import { dayWords } from "../model/days.ts";
import { dueOf, replyCounts, type Counts } from "../model/moves.ts";
import { FilePicker } from "../parts/file-picker.tsx";
import { DraftState } from "./draft-state.tsx";
import type { DraftAt } from "./drafts.ts";

export interface ReplyProps {
  readonly facts: CaseFacts;
  readonly policy: ClockPolicy;
  readonly text: string;
  readonly write: (text: string) => void;
  readonly draft: DraftAt;
  /** Held beside the text, so that another tab does not lose them and a letter that was sent does not keep them. */
  readonly files: readonly File[];
  readonly attach: (files: readonly File[]) => void;
  readonly sending: string | undefined;
  readonly error: string | undefined;
  readonly send: (reply: { readonly text: string; readonly counts: Counts; readonly files: readonly File[]; readonly meeting: "offered" | "held" | undefined }) => void;
  /** The meeting that the source asked for last. */
  readonly meeting: Meeting | undefined;
}

/** Article of the wire: files of one message are at most 25 MB and 64 together (SPEC 5.5). */
const maxBytes = 26_214_400;
const maxFiles = 64;

/** The letter to the source. Its frame, its place and its button all name the reader, so that no note is sent by mistake. */
export function Reply({ facts, policy, text, write, draft, files, attach, sending, error, send, meeting }: ReplyProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const offered = replyCounts(facts.state);
  const [chosen, choose] = useState<Counts | undefined>(undefined);
  const counts = chosen !== undefined && offered.includes(chosen) ? chosen : offered[0] ?? "none";
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [says, setSays] = useState("");
  if (facts.source === "gone") {
    return (
      <Notice title={m.text("reply.gone.title")}>
        <p>{m.text("reply.gone.text")}</p>
      </Notice>
    );
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (sending !== undefined) {
      return;
    }
    if (text.trim() === "") {
      setProblem(m.text("reply.empty"));
    } else if (total > maxBytes || files.length > maxFiles) {
      setProblem(m.text("reply.filesTooLarge"));
    } else {
      setProblem(undefined);
      send({ text, counts, files, meeting: says === "offered" || says === "held" ? says : undefined });
    }
  };
  const due = dueOf(counts, facts);
  return (
    <form class="composer composer-reply stack-tight" aria-label={m.text("reply.title")} onSubmit={submit}>
      <p class="composer-label">{m.text("reply.to")}</p>
      <TextArea id={`${id}-text`} label={m.text("reply.title")} value={text} onInput={write} error={problem} hint={m.text("reply.hint")} />
      <FilePicker files={files} attach={attach} />
      {offered.length > 1 && isLaw(policy) ? (
        <Choice
          id={`${id}-counts`}
          label={m.text("counts.label")}
          value={counts}
          onChange={(value) => choose(offered.find((o) => o === value))}
          options={offered.map((option) => {
            const by = dueOf(option, facts);
            return {
              id: option,
              label: m.text(`counts.${option}`),
              hint: by === undefined ? undefined : m.text("counts.due", { day: dayWords(m.language, by, today) }),
            };
          })}
        />
      ) : offered.length > 1 ? (
        <Choice
          id={`${id}-counts`}
          label={m.text("counts.label")}
          value={counts}
          onChange={(value) => choose(offered.find((o) => o === value))}
          options={offered.map((option) => ({ id: option, label: m.text(`counts.${option}`) }))}
        />
      ) : null}
      {meeting === undefined || meeting.held !== undefined ? null : (
        <Choice
          id={`${id}-meeting`}
          label={m.text("meeting.label")}
          value={says}
          onChange={setSays}
          options={[
            { id: "", label: m.text("meeting.nothing") },
            { id: "offered", label: m.text("meeting.offered") },
            { id: "held", label: m.text("meeting.held") },
          ]}
        />
      )}
      <p class="effect">
        {counts === "none" || due === undefined
          ? m.text("effect.none")
          : m.text(isLaw(policy) ? `effect.${counts}` : `effect.${counts}.plain`, { day: dayWords(m.language, due, today) })}
      </p>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      <div class="row">
        <Button kind="main" submit inactive={sending !== undefined}>{sending ?? m.text("reply.send")}</Button>
        <DraftState draft={draft} />
      </div>
    </form>
  );
}
