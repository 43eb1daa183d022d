import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import { timeWords } from "../model/days.ts";
import type { NoteView, PersonView } from "../model/views.ts";
import { DraftState } from "./draft-state.tsx";
import type { DraftAt } from "./drafts.ts";

export interface NotesProps {
  readonly notes: readonly NoteView[];
  readonly text: string;
  readonly write: (text: string) => void;
  readonly draft: DraftAt;
  readonly saving: boolean;
  readonly error: string | undefined;
  readonly save: (text: string, mentions: readonly string[]) => void;
  /** Who else holds the case and can be asked to look. */
  readonly others: readonly PersonView[];
}

/** The team's own notes, in a place of their own with a look of their own: the source never reads them. */
export function Notes({ notes, text, write, draft, saving, error, save, others }: NotesProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [mentions, mention] = useState<readonly string[]>([]);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim() === "") {
      setProblem(m.text("note.empty"));
    } else if (!saving) {
      setProblem(undefined);
      save(text, mentions);
      mention([]);
    }
  };
  return (
    <div class="notes stack">
      {notes.length === 0 ? <p class="soft">{m.text("note.none")}</p> : null}
      {notes.map((note) => (
        <article key={note.id} class="note-card">
          <header class="letter-head">
            <h2>
              {note.author}
              <span class="letter-day">{timeWords(m.language, note.at)}</span>
            </h2>
            <p class={`signature signature-${note.signature}`}>{m.text(`signature.${note.signature}`)}</p>
          </header>
          {note.mentions.length === 0 ? null : <p class={note.mine ? "due due-soon" : "soft small"} dir="auto">{m.text("note.for", { names: note.mentions.join(", ") })}</p>}
          <p class="letter" dir="auto">{note.readable ? note.text : m.text("letter.unreadable")}</p>
        </article>
      ))}
      <form class="composer composer-note stack-tight" aria-label={m.text("note.title")} onSubmit={submit}>
        <p class="composer-label">{m.text("note.to")}</p>
        <TextArea id={`${id}-text`} label={m.text("note.title")} value={text} onInput={write} error={problem} />
        {others.length === 0 ? null : (
          <Checkboxes id={`${id}-mentions`} label={m.text("note.mention")} hint={m.text("note.mentionHint")} values={mentions} onChange={mention} options={others.map((person) => ({ id: person.id, label: person.name }))} />
        )}
        {error === undefined ? null : <Notice kind="warn" live title={error} />}
        <div class="row">
          <Button submit inactive={saving}>{m.text(saving ? "note.saving" : "note.save")}</Button>
          <DraftState draft={draft} />
        </div>
      </form>
    </div>
  );
}
