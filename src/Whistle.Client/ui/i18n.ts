/**
 * Message catalogues. One flat JSON file per page and language, loaded only when it is needed, so
 * that a reader pays for one language. A message may hold `{name}` places; a counted message is a
 * family of keys that end in the plural categories of its language (`days.one`, `days.other`).
 */
export interface Messages<Key extends string> {
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  /** The message under `key`, its `{name}` places filled from `values`. */
  text(key: Key, values?: Readonly<Record<string, string | number>>): string;
  /** The form of a counted message that fits `count`, which also fills `{count}`. */
  count(stem: Stem<Key>, count: number, values?: Readonly<Record<string, string | number>>): string;
}

/** The keys of counted messages without their plural category. */
export type Stem<Key extends string> = Key extends `${infer S}.other` ? S : never;

export class CatalogueError extends Error {
  readonly code = "catalogue-unavailable";
}

const rightToLeft: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);

/**
 * Letters from left to right and none of the other direction: a file "2031 (1).pdf" within Arabic would be torn apart,
 * so it is set between the marks that isolate it. A list of names holds the Arabic "and", and stays as it is.
 */
const foreign = /^(?=.*\p{Script=Latin})[^\p{Script=Arabic}\p{Script=Hebrew}]*$/su;

/** The first of the reader's `wanted` languages that is `offered`, else the first offered. */
export function pickLanguage<L extends string>(offered: readonly [L, ...L[]], wanted: readonly string[]): L {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0];
    const found = offered.find((language) => language === base);
    if (found !== undefined) {
      return found;
    }
  }
  return offered[0];
}

/** Messages over an already loaded table; pure, so tests need no server. */
export function messages<Key extends string>(language: string, table: Readonly<Record<string, string>>): Messages<Key> {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language, { numberingSystem: "latn" });
  const direction = rightToLeft.has(language) ? "rtl" : "ltr";
  const fill = (key: string, values: Readonly<Record<string, string | number>>): string =>
    (table[key] ?? key).replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = String(values[name] ?? place);
      return direction === "rtl" && foreign.test(value) ? `\u2068${value}\u2069` : value;
    });
  return {
    language,
    direction,
    text: (key, values = {}) => fill(key, values),
    count: (stem, count, values = {}) => {
      const own = `${stem}.${plurals.select(count)}`;
      return fill(own in table ? own : `${stem}.other`, { ...values, count: numbers.format(count) });
    },
  };
}

/** Fetches a catalogue from the same origin. Throws `CatalogueError` where it can't be had. */
export async function loadMessages<Key extends string>(page: "source" | "desk", language: string): Promise<Messages<Key>> {
  let table: unknown;
  try {
    const answer = await fetch(`/assets/i18n/${page}.${language}.json`, { credentials: "omit", referrerPolicy: "no-referrer" });
    table = answer.ok ? await answer.json() : undefined;
  } catch (cause) {
    throw new CatalogueError(language, { cause });
  }
  if (!isTable(table)) {
    throw new CatalogueError(language);
  }
  return messages<Key>(language, table);
}

function isTable(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null && Object.values(value).every((v) => typeof v === "string");
}
