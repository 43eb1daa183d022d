import type { ClockPolicy } from "../../lib/clocks.ts";
import { arrival, nextDue, nextDuty, type Row } from "./case.ts";
import { urgency } from "./days.ts";

export type Tab = "queue" | "mine" | "waiting" | "closed";
export const tabs: readonly Tab[] = ["queue", "mine", "waiting", "closed"];

export interface Filter {
  readonly channel?: string;
  readonly severity?: string;
  /** Overdue, due within seven days, what the team itself has to do soon, new messages, and so on. */
  readonly only: ReadonlySet<Quick>;
  readonly text: string;
}
export type Quick = "overdue" | "week" | "duty" | "unread" | "unopened" | "unassigned";
export const quicks: readonly Quick[] = ["overdue", "week", "duty", "unread", "unopened", "unassigned"];
export const noFilter: Filter = { only: new Set(), text: "" };

/** A saved filter as the chips show it: words that this desk does not know narrow nothing. */
export function filterOf({ channel, severity, only }: { readonly channel?: string; readonly severity?: string; readonly only: readonly string[] }): Filter {
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(severity === undefined ? {} : { severity }),
    only: new Set(quicks.filter((quick) => only.includes(quick))),
    text: "",
  };
}

/** What is saved of the chips under a name; never the words of a search. */
export function savedOf(name: string, { channel, severity, only }: Filter): { readonly name: string; readonly channel?: string; readonly severity?: string; readonly only: readonly string[] } {
  return { name, ...(channel === undefined ? {} : { channel }), ...(severity === undefined ? {} : { severity }), only: quicks.filter((quick) => only.has(quick)) };
}

/** Whether two filters have the same chips on. */
export function sameChips(a: Filter, b: Filter): boolean {
  return a.channel === b.channel && a.severity === b.severity && a.only.size === b.only.size && [...a.only].every((quick) => b.only.has(quick));
}

/** What of a filter is remembered while the desk is locked: the chips, never the words of a search, which may be content. */
export function chipsOf(filter: Filter): Filter {
  return { ...filter, text: "" };
}

export interface QueueContext {
  readonly me: string;
  readonly today: number;
  policy(channel: string): ClockPolicy;
  /** The words a row shows and what was read of its case, folded, so that a search finds what a person sees. */
  words(row: Row): string;
}

/** Whether a row belongs under a tab. `waiting` holds the cases whose next step is not the team's. */
export function onTab(row: Row, tab: Tab, me: string): boolean {
  const state = row.facts?.state ?? "received";
  switch (tab) {
    case "queue":
      return state !== "closed";
    case "mine":
      return state !== "closed" && row.facts?.assignee === me;
    case "waiting":
      return row.facts !== undefined && row.facts.unread === 0 && state !== "closed" && state !== "received" && state !== "reopened";
    case "closed":
      return state === "closed";
  }
}

export function matches(row: Row, filter: Filter, context: QueueContext): boolean {
  const policy = context.policy(row.channel);
  if (filter.channel !== undefined && row.channel !== filter.channel) {
    return false;
  }
  if (filter.severity !== undefined && row.severity !== filter.severity) {
    return false;
  }
  for (const quick of filter.only) {
    if (!matchesQuick(row, quick, context.today, policy)) {
      return false;
    }
  }
  const wanted = fold(filter.text).split(/\s+/).filter((word) => word !== "");
  if (wanted.length === 0) {
    return true;
  }
  const hay = context.words(row);
  return wanted.every((word) => hay.includes(word));
}

function matchesQuick(row: Row, quick: Quick, today: number, policy: ClockPolicy): boolean {
  const by = dueBy(row, today);
  const duty = nextDuty(row, today);
  switch (quick) {
    case "overdue":
      return urgency(by, today) === "overdue";
    case "week":
      return by !== undefined ? by - today <= soonDays : arrival(row, policy, today)?.left !== undefined;
    case "duty":
      return duty !== undefined && duty.by - today <= soonDays;
    case "unread":
      return row.facts === undefined || row.facts.unread > 0;
    case "unopened":
      return row.facts === undefined;
    case "unassigned":
      return row.facts?.assignee === undefined;
  }
}

/** The day of whatever comes first, of the law's clocks and of what the team itself has to do. */
function dueBy(row: Row, today: number): number | undefined {
  const days = [nextDue(row)?.by, nextDuty(row, today)?.by].filter((by) => by !== undefined);
  return days.length === 0 ? undefined : Math.min(...days);
}

/** What is due within a week stands above what nobody here has opened. */
const soonDays = 7;

/**
 * What a person holds and owes soon stands first, by its day. Then what they have not opened, newest first: nobody
 * here knows whether it is late. Then what is due later, and last what has no clock, newest first. Ties never jump about.
 */
export function sortRows(rows: readonly Row[], today: number): Row[] {
  const keyOf = (row: Row): readonly [group: number, day: number] => {
    if (row.facts === undefined) {
      return [1, -row.day];
    }
    const by = dueBy(row, today);
    return by === undefined ? [3, 0] : [by - today <= soonDays ? 0 : 2, by];
  };
  const keys = new Map(rows.map((row) => [row, keyOf(row)]));
  const compare = (a: Row, b: Row): number => {
    const [groupA, dayA] = keys.get(a) ?? [0, 0];
    const [groupB, dayB] = keys.get(b) ?? [0, 0];
    return groupA - groupB || dayA - dayB;
  };
  return [...rows].sort(
    (a, b) =>
      compare(a, b) ||
      Number(isUnread(b)) - Number(isUnread(a)) ||
      b.day - a.day ||
      (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

export function isUnread(row: Row): boolean {
  return row.facts === undefined || row.facts.unread > 0;
}

export function queueRows(rows: readonly Row[], tab: Tab, filter: Filter, context: QueueContext): Row[] {
  const found = rows.filter((row) => onTab(row, tab, context.me) && matches(row, filter, context));
  const sorted = sortRows(found, context.today);
  return tab === "closed" ? sorted.sort((a, b) => (b.facts?.closed ?? 0) - (a.facts?.closed ?? 0)) : sorted;
}

/** The rows that a page holds: however many cases somebody holds, no more than these are drawn. */
export const rowsAtOnce = 50;

/** Where the page begins that holds the row at this place. */
export function pageAt(place: number, total: number): number {
  const last = Math.max(0, total - 1);
  const within = Math.min(Math.max(0, place), last);
  return within - (within % rowsAtOnce);
}

/** Lower case, without accents, so that "Müller" is found by "muller". */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
