import type { DeskMessages } from "../messages.ts";

const dayLength = 86_400_000;

/** The whole day since 1970-01-01 in UTC that holds `milliseconds`. */
export function dayOf(milliseconds: number): number {
  return Math.floor(milliseconds / dayLength);
}

/** A day as people write it: "10 March", with the year where it is not this one. */
export function dayWords(language: string, day: number, today: number): string {
  const date = new Date(day * dayLength);
  const sameYear = date.getUTCFullYear() === new Date(today * dayLength).getUTCFullYear();
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
    timeZone: "UTC",
  }).format(date);
}

/** Staff acts carry a time (Unix seconds); it is shown in the reader's own zone. */
export function timeWords(language: string, seconds: number): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(seconds * 1000));
}

/** "2 days left", "due today", "3 days overdue": text, so that colour is never alone. */
export function daysLeftWords(m: DeskMessages, by: number, today: number): string {
  const left = by - today;
  if (left === 0) {
    return m.text("due.today");
  }
  return left > 0 ? m.count("due.left", left) : m.count("due.over", -left);
}

export type Urgency = "overdue" | "soon" | "later" | "none";

/** Three days or fewer count as soon. */
export function urgency(by: number | undefined, today: number): Urgency {
  if (by === undefined) {
    return "none";
  }
  if (by < today) {
    return "overdue";
  }
  return by - today <= 3 ? "soon" : "later";
}

/** Seconds as m:ss, for the countdown to the lock. */
export function clockWords(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
