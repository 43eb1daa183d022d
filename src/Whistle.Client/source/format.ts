import { formatDay, formatPartialDay } from "../lib/days.ts";
import type { Day } from "../lib/types.ts";

/** Arabic texts here hold their other numbers as 0-9; one page should not mix two kinds of digits. English is written for Europe: 3 March. */
function locale(language: string): string {
  return `${language === "en" ? "en-GB" : language}-u-nu-latn`;
}

export function day(value: Day, language: string): string {
  const text = formatDay(value, locale(language));
  return language === "fr" ? text.replace(/^1 /, "1er ") : text;
}

/** `2026`, `2026-03` or `2026-03-07` as the language writes it; anything else as it is. */
export function partialDate(value: string, language: string): string {
  return formatPartialDay(value, locale(language));
}

export function list(items: readonly string[], language: string): string {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(items);
}

export function number(value: number, language: string): string {
  return new Intl.NumberFormat(locale(language)).format(value);
}

/** Mebibytes are called MB, as every file window does. */
export function size(bytes: number, language: string): string {
  const [value, unit] = bytes < 1024 ? [bytes, "byte"] : bytes < 1_048_576 ? [bytes / 1024, "kilobyte"] : [bytes / 1_048_576, "megabyte"];
  return new Intl.NumberFormat(locale(language), { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: value < 10 && unit !== "byte" ? 1 : 0 }).format(value);
}

/** `a1b2 c3d4 …`: hex in groups of four, for comparing by eye or aloud. */
export function hexGroups(hex: string): string {
  return hex.match(/.{1,4}/g)?.join(" ") ?? hex;
}
