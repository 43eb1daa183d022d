import type { JSX } from "preact";
import { useDesk } from "../context.ts";
import { actWords } from "../model/acts.ts";
import { dayWords, timeWords } from "../model/days.ts";
import { timelineOf, type TimelineEntry } from "../model/timeline.ts";
import type { CaseView } from "../model/views.ts";

/** Everything that happened in the case and has to, by day, oldest first. Of the source's acts there is the day alone: the server keeps no times of theirs. */
export function History({ view }: { readonly view: CaseView }): JSX.Element {
  const { m, today } = useDesk();
  const days = new Map<number, TimelineEntry[]>();
  for (const entry of timelineOf(view)) {
    days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  }
  return (
    <div class="stack-tight">
      <p class="hint">{m.text("history.hint")}</p>
      <ol class="timeline">
        {[...days].map(([day, entries]) => (
          <li key={day} class={day > today ? "timeline-ahead" : undefined}>
            <h2 class="small">{dayWords(m.language, day, today)}</h2>
            <ul class="history">
              {entries.map((entry, i) => (
                <li key={i}>
                  <span class="history-time">{entry.at === undefined ? "" : timeWords(m.language, entry.at)}</span>
                  <Entry entry={entry} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Entry({ entry }: { readonly entry: TimelineEntry }): JSX.Element {
  const { m, today } = useDesk();
  const { what } = entry;
  switch (what.kind) {
    case "act":
      return <span>{actWords(m, what.act)} <span class="soft">{what.actor}</span></span>;
    case "letter":
      return <span>{m.text("timeline.letter", { n: what.seq })}</span>;
    case "note":
      return <span>{m.text("act.note.added")} <span class="soft">{what.author}</span> <bdi class="timeline-text">{what.text}</bdi></span>;
    case "due":
      return (
        <span>
          {m.text(`timeline.due.${what.due}`)}{" "}
          {what.done !== undefined ? <span class="soft">{m.text("timeline.done", { day: dayWords(m.language, what.done, today) })}</span> : entry.day < today && what.due !== "kept" && what.due !== "held" ? <strong class="missed">{m.text("timeline.missed")}</strong> : null}
        </span>
      );
    case "task":
      return <span>{m.text(what.done ? "timeline.task.done" : "timeline.task")} <bdi>{what.title}</bdi></span>;
    case "interview":
      return <span>{m.text("timeline.interview")} <bdi>{what.who}</bdi></span>;
  }
}
