import type { ClockPolicy } from "./clocks.ts";
import type { Day } from "./types.ts";

const day = 86_400_000;

/** The UTC day of an instant in milliseconds. */
export function dayOf(milliseconds: number): Day {
  return Math.floor(milliseconds / day);
}

/** A day as the reader's language writes it, for instance "3 March 2026". UTC, as all days of Whistle. */
export function formatDay(value: Day, lang: string, style: "long" | "medium" = "long"): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: style, timeZone: "UTC" }).format(new Date(value * day));
}

/** A staff act's time (Unix seconds) in the reader's own zone. */
export function formatTime(seconds: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(seconds * 1000));
}

/** "in 3 days", "yesterday", "today". */
export function formatDistance(value: Day, today: Day, lang: string): string {
  return new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(value - today, "day");
}

/** `YYYY-MM-DD` for `<time datetime>`. */
export function isoDay(value: Day): string {
  return new Date(value * day).toISOString().slice(0, 10);
}

/** Day of an ISO date; undefined where that is no day. */
export function parseIsoDay(text: string): Day | undefined {
  const value = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) / day : Number.NaN;
  return Number.isInteger(value) && isoDay(value) === text ? value : undefined;
}

/** `2026-Q1` of a day. */
export function quarterOf(value: Day): string {
  const date = new Date(value * day);
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
}

export interface Clocks {
  readonly policy: ClockPolicy;
  readonly received: Day;
  readonly acknowledgeBy: Day;
  readonly acknowledged?: Day | undefined;
  readonly feedbackBy: Day;
  readonly feedback?: Day | undefined;
  readonly closed?: Day | undefined;
  /** Of a closed case: the last day on which anything of it is kept. */
  readonly keepUntil?: Day | undefined;
}

export interface ClockLine {
  readonly due: Day;
  readonly done: Day | undefined;
  /** Days left until the end of the due day; negative when overdue. */
  readonly left: number;
  readonly status: "open" | "overdue" | "met" | "met-late";
}

/** What a page shows of one legal clock (SPEC 13: the server computes the due days). */
export function clock(due: Day, done: Day | undefined, today: Day): ClockLine {
  const status = done === undefined ? (today > due ? "overdue" : "open") : done > due ? "met-late" : "met";
  return { due, done, left: due - today, status };
}

/** The clock that counts next: acknowledgement until it is done, then feedback, then none. */
export function nextClock(clocks: Clocks, today: Day): (ClockLine & { readonly act: "acknowledge" | "feedback" }) | undefined {
  if (clocks.closed !== undefined) {
    return undefined;
  }
  if (clocks.acknowledged === undefined) {
    return { act: "acknowledge", ...clock(clocks.acknowledgeBy, undefined, today) };
  }
  return clocks.feedback === undefined ? { act: "feedback", ...clock(clocks.feedbackBy, undefined, today) } : undefined;
}

/** `2026`, `2026-03` or `2026-03-07` as a locale writes it; anything else as it is. */
export function formatPartialDay(value: string, locale: string): string {
  const [, year, month, date] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value) ?? [];
  const at = Date.parse(`${year}-${month ?? "01"}-${date ?? "01"}T00:00:00Z`);
  if (year === undefined || month === undefined || Number.isNaN(at)) {
    return value;
  }
  return new Intl.DateTimeFormat(locale, {
    year: "numeric",
    ...(month === undefined ? {} : { month: "long" }),
    ...(date === undefined ? {} : { day: "numeric" }),
    timeZone: "UTC",
  }).format(at);
}
