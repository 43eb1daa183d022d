import type { JSX } from "preact";
import { useDesk } from "../context.ts";
import type { Row } from "../model/case.ts";
import { noFilter, pageAt, rowsAtOnce, type Filter, type Tab } from "../model/queue.ts";
import type { ChannelView } from "../model/views.ts";
import { Filters } from "./filters.tsx";
import type { Opening } from "./workspace.ts";
import { QueueRow } from "./queue-row.tsx";
import { BulkBar, type Assignable, type BulkActs } from "./bulk-bar.tsx";
import type { Hit } from "./search-index.ts";
import { SavedFilters, type SavedFiltersProps } from "./saved-filters.tsx";
import { SearchMore, type SearchProps } from "./search-more.tsx";

export interface QueueProps {
  readonly tab: Tab;
  readonly rows: readonly Row[];
  /** The place of the row with which the page begins; rows before and after it are a page away. */
  readonly first: number;
  readonly turnTo: (first: number) => void;
  /** How many the tab holds without the filter, to tell "none" from "none that match". */
  readonly total: number;
  readonly channels: readonly ChannelView[];
  readonly filter: Filter;
  readonly changeFilter: (filter: Filter) => void;
  readonly selected: string | undefined;
  readonly open: (id: string) => void;
  /** The background try of new blobs; absent when there is nothing new. */
  readonly opening: Opening | undefined;
  /** Whether everything new was tried once: before that an empty list says nothing. */
  readonly settled: boolean;
  /** An open case owns the page's first heading. */
  readonly caseOpen: boolean;
  readonly nameOf: (person: string) => string;
  /** Where a row's case has the words that are looked for, beside the row itself. */
  readonly hit: (id: string) => Hit | undefined;
  readonly search: SearchProps;
  /** The cases that are chosen together; undefined while nothing is being chosen. */
  readonly picked: ReadonlySet<string> | undefined;
  readonly pick: (picked: ReadonlySet<string> | undefined) => void;
  readonly bulk: BulkActs;
  /** To whom this person may give cases, themselves first. */
  readonly people: readonly Assignable[];
  readonly saved: SavedFiltersProps;
  /** Begins a report that reached somebody here by other ways. */
  readonly file: () => void;
}

/** A selection with one case taken in or out. */
export function toggled(picked: ReadonlySet<string> | undefined, id: string): ReadonlySet<string> {
  const next = new Set(picked);
  if (!next.delete(id)) {
    next.add(id);
  }
  return next;
}

/** The list people live in: what is due first stands first, drawn from sheets this device opened. */
export function Queue(props: QueueProps): JSX.Element {
  const { m } = useDesk();
  const { tab, rows, first, turnTo, total, channels, filter, changeFilter, selected, open, opening, settled, caseOpen, nameOf, file, hit, search, saved, picked, pick, bulk, people } = props;
  const filtered = filter.only.size > 0 || filter.channel !== undefined || filter.severity !== undefined || filter.text !== "";
  const number = (value: number): string => new Intl.NumberFormat(m.language).format(value);
  const start = pageAt(first, rows.length);
  const end = Math.min(rows.length, start + rowsAtOnce);
  return (
    <section class="queue" aria-label={m.text(`tab.${tab}`)}>
      {caseOpen ? <h2 class="queue-heading">{m.text(`tab.${tab}`)}</h2> : <h1 class="queue-heading">{m.text(`tab.${tab}`)}</h1>}
      {tab === "queue" ? <div class="queue-file"><button type="button" class="button" onClick={file}>{m.text("filing.begin")}</button></div> : null}
      <Filters filter={filter} channels={channels} change={changeFilter} />
      <SavedFilters {...saved} filter={filter} change={changeFilter} />
      <p class="queue-count" role="status">
        {opening !== undefined
          ? m.text("queue.opening", { done: number(opening.done), total: number(opening.total) })
          : settled
            ? m.count("queue.count", rows.length)
            : m.text("queue.looking")}
      </p>
      {filter.text !== "" ? <SearchMore {...search} about="search" /> : filter.only.has("duty") ? <SearchMore {...search} about="duty" /> : null}
      {picked === undefined ? (
        rows.filter(({ facts }) => facts !== undefined).length < 2 ? null : <div class="bulk"><button type="button" class="button" onClick={() => pick(new Set())}>{m.text("bulk.begin")}</button></div>
      ) : (
        <BulkBar
          rows={rows.filter(({ id }) => picked.has(id))}
          channels={channels}
          people={people}
          acts={bulk}
          clear={(ids) => pick(new Set([...picked].filter((id) => !ids.includes(id))))}
          stop={() => pick(undefined)}
        />
      )}
      {rows.length > 0 ? (
        <ul class="queue-list">
          {rows.slice(start, end).map((row, i) => (
            <QueueRow
              key={row.id}
              row={row}
              place={start + i + 1}
              of={rows.length}
              channel={channels.find((c) => c.id === row.channel)}
              assignee={row.facts?.assignee === undefined ? undefined : nameOf(row.facts.assignee)}
              selected={row.id === selected}
              hit={filter.text === "" ? undefined : hit(row.id)}
              picked={picked === undefined || row.facts === undefined ? undefined : picked.has(row.id)}
              pick={() => pick(toggled(picked, row.id))}
              open={() => open(row.id)}
            />
          ))}
        </ul>
      ) : filtered && total > 0 ? (
        <div class="empty">
          <p>{m.text("queue.noMatch")}</p>
          <button type="button" class="button" onClick={() => changeFilter(noFilter)}>
            {m.text("filter.clear")}
          </button>
        </div>
      ) : settled ? (
        <div class="empty">
          <h2>{m.text(`empty.${tab}.title`)}</h2>
          <p>{m.text(`empty.${tab}.text`)}</p>
        </div>
      ) : null}
      {rows.length <= rowsAtOnce ? null : (
        <nav class="queue-pages" aria-label={m.text("queue.pages")}>
          <button type="button" class="button" disabled={start === 0} onClick={() => turnTo(start - rowsAtOnce)}>{m.text("queue.before")}</button>
          <span>{m.text("queue.page", { from: number(start + 1), to: number(end), total: number(rows.length) })}</span>
          <button type="button" class="button" disabled={end === rows.length} onClick={() => turnTo(start + rowsAtOnce)}>{m.text("queue.after")}</button>
        </nav>
      )}
      <p class="queue-keys" aria-hidden="true">{m.text("queue.keys")}</p>
    </section>
  );
}
