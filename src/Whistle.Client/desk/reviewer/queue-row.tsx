import type { JSX } from "preact";
import { useDesk } from "../context.ts";
import { arrival, nextDue, nextDuty, type Row } from "../model/case.ts";
import { dayWords, daysLeftWords, urgency } from "../model/days.ts";
import { isUnread } from "../model/queue.ts";
import type { Hit } from "./search-index.ts";
import type { ChannelView } from "../model/views.ts";

export interface QueueRowProps {
  readonly row: Row;
  /** Where it stands in the whole list, which is drawn page by page: read out as "51 of 10,000". */
  readonly place: number;
  readonly of: number;
  readonly channel: ChannelView | undefined;
  readonly assignee: string | undefined;
  readonly selected: boolean;
  /** Where the case has the words that are looked for. */
  readonly hit?: Hit | undefined;
  /** Whether it is chosen among several; undefined while nothing is being chosen, or where it can't be. */
  readonly picked?: boolean | undefined;
  readonly pick: () => void;
  readonly open: () => void;
}

/** One case as a line to live with. Every fact is text; the mark before the title only repeats "unread". */
export function QueueRow({ row, place, of, channel, assignee, selected, hit, picked, pick, open }: QueueRowProps): JSX.Element {
  const { m, today } = useDesk();
  const policy = channel?.policy ?? "eu";
  const due = nextDue(row);
  const duty = nextDuty(row, today);
  const came = arrival(row, policy, today);
  const stage = channel?.stages.find((s) => s.id === row.stage && s.state === row.facts?.state)?.label;
  const severity = channel?.severities.find((s) => s.id === row.severity)?.label;
  const unread = isUnread(row);
  const facts: string[] = [];
  if (row.facts === undefined) {
    facts.push(m.text("row.unopened"));
    if (came?.left !== undefined) {
      facts.push(came.left === 0 ? m.text("row.leaves.today") : m.count("row.leaves", came.left));
    }
  } else {
    facts.push(m.text(`state.${row.facts.state}`));
    if (row.facts.unread > 0) {
      facts.push(m.count("row.unread", row.facts.unread));
    }
    if (row.facts.keepUntil !== undefined && !((row.facts.holdUntil ?? 0) >= today)) {
      facts.push(m.text("keep.until", { day: dayWords(m.language, row.facts.keepUntil, today) }));
    }
    if (row.leading !== undefined) {
      facts.push(m.text("row.leading", { title: row.leading === "" ? m.text("row.untitled") : row.leading }));
    }
    if (row.facts.state !== "closed") {
      if (row.facts.present === 1) {
        facts.push(m.text("row.alone"));
      }
      facts.push(assignee ?? m.text("row.nobody"));
    }
  }
  return (
    <li class={`queue-row${picked === undefined ? "" : " queue-row-picking"}${selected ? " queue-row-selected" : ""}`} aria-posinset={place} aria-setsize={of}>
      {picked === undefined ? null : (
        <label class="check queue-pick">
          <input type="checkbox" checked={picked} onChange={pick} />
          <span class="visually-hidden">{m.text("bulk.pick", { title: row.title === "" ? m.text("row.untitled") : row.title })}</span>
        </label>
      )}
      <button type="button" data-case={row.id} aria-current={selected ? "true" : undefined} onClick={open}>
        <span class="queue-title">
          <span class={unread ? "dot dot-full" : "dot"} aria-hidden="true" />
          <span class={unread ? "queue-words queue-words-unread" : "queue-words"} dir="auto">
            {row.opening === true ? m.text("row.opening") : row.title === "" ? m.text("row.untitled") : row.title}
          </span>
        </span>
        <span class="queue-line">
          <span dir="auto">{channel?.name ?? m.text("row.otherChannel")}</span>
          {due !== undefined ? (
            <span class={`due due-${urgency(due.by, today)}`}>{m.text(`due.${due.act}`, { left: daysLeftWords(m, due.by, today) })}</span>
          ) : came !== undefined ? (
            <span class="due">{came.ago === 0 ? m.text("row.came.today") : m.count("row.came", came.ago)}</span>
          ) : row.facts?.closed !== undefined ? (
            <span class="due">{m.text("row.closedOn", { day: dayWords(m.language, row.facts.closed, today) })}</span>
          ) : null}
        </span>
        <span class="queue-line">
          <span>{(stage === undefined ? facts : [...facts, stage]).join(" · ")}</span>
          {severity === undefined ? null : <span class="severity">{severity}</span>}
        </span>
        {duty === undefined ? null : (
          <span class="queue-line">
            <span class={`due due-own due-${urgency(duty.by, today)}`}>{m.text(`duty.${duty.kind}`, { left: daysLeftWords(m, duty.by, today) })}</span>
          </span>
        )}
        {hit === undefined ? null : (
          <span class="queue-line soft small">
            <span><strong>{m.text(`search.in.${hit.where}`)}</strong> <bdi>{hit.snippet}</bdi></span>
          </span>
        )}
      </button>
    </li>
  );
}
