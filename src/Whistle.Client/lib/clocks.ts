import data from "../../Whistle.Protocol/Clocks/clocks.json";
import type { Day } from "./types.ts";

// What the team owes a source, and by when (SPEC 18). The rules are the data that the server reads too.

export type ClockPolicy = keyof typeof data.policies;

export const clockPolicies = Object.keys(data.policies) as ClockPolicy[];

const dayLength = 86_400_000;

/** Whether a law stands behind the days; `plain` is a promise without one. */
export function isLaw(policy: ClockPolicy): boolean {
  return policy !== "plain";
}

/** Whether days are counted without Saturdays, Sundays and holidays. */
export function countsWorkingDays(policy: ClockPolicy): boolean {
  return data.policies[policy].working;
}

/** The last day for the acknowledgement. */
export function acknowledgeBy(policy: ClockPolicy, received: Day): Day {
  return after(policy, received, data.policies[policy].acknowledge);
}

/** The last day for a meeting that was asked for; undefined where the law names none. */
export function meetBy(policy: ClockPolicy, asked: Day): Day | undefined {
  const { meeting } = data.policies[policy];
  return meeting === 0 ? undefined : after(policy, asked, meeting);
}

/** Where a last day is no working day: the next one, on which the period perhaps only ends. */
export function perhapsUntil(policy: ClockPolicy, due: Day): Day | undefined {
  let day = due;
  while (isLaw(policy) && !isWorkingDay(policy, day)) {
    day++;
  }
  return day === due ? undefined : day;
}

/** How long a closed case may be needed. */
export const retentionClasses = ["short", "standard", "long"] as const;
export type RetentionClass = (typeof retentionClasses)[number];

/** The last day on which a case that is closed on a day is kept. */
export function keepUntil(policy: ClockPolicy, closed: Day, retention: RetentionClass): Day {
  const date = new Date(closed * dayLength);
  const month = date.getUTCMonth() + (data.policies[policy].keep[retentionClasses.indexOf(retention)] ?? 0);
  const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return Date.UTC(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), last)) / dayLength;
}

function after(policy: ClockPolicy, day: Day, count: number): Day {
  if (!countsWorkingDays(policy)) {
    return day + count;
  }
  for (let left = count; left > 0; ) {
    day++;
    left -= isWorkingDay(policy, day) ? 1 : 0;
  }
  return day;
}

function isWorkingDay(policy: ClockPolicy, day: Day): boolean {
  const date = new Date(day * dayLength);
  const holidays: { readonly fixed: readonly string[]; readonly easter: readonly number[] } | undefined =
    data.calendars[data.policies[policy].calendar as keyof typeof data.calendars];
  return (
    date.getUTCDay() % 6 !== 0 &&
    !holidays?.fixed.includes(date.toISOString().slice(5, 10)) &&
    !holidays?.easter.includes(day - easter(date.getUTCFullYear()))
  );
}

/** Western Easter Sunday, by the anonymous Gregorian rule (Meeus, Astronomical Algorithms, chapter 8). */
function easter(year: number): Day {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const n = h + l - 7 * Math.floor((a + 11 * h + 22 * l) / 451) + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1) / dayLength;
}
