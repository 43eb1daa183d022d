import type { JSX } from "preact";
import { useDesk } from "../context.ts";
import { actWords } from "../model/acts.ts";
import { timeWords } from "../model/days.ts";
import type { HistoryView } from "../model/views.ts";

/** What the team did, oldest first. The source's acts are not in it: the server keeps no times of theirs. */
export function History({ entries }: { readonly entries: readonly HistoryView[] }): JSX.Element {
  const { m } = useDesk();
  return (
    <div class="stack-tight">
      <p class="hint">{m.text("history.hint")}</p>
      <ol class="history">
        {entries.map((entry, index) => (
          <li key={index}>
            <span class="history-time">{timeWords(m.language, entry.at)}</span>
            <span>
              {actWords(m, entry.act)}
              <span class="soft"> {entry.actor}</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
