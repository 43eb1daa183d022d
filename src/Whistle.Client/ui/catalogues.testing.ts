import assert from "node:assert/strict";
import { test } from "node:test";

const categories = ["zero", "one", "two", "few", "many", "other"];

/** Splits `days.one` into its stem and plural category; a plain key has no category. */
function split(key: string): { stem: string; category: string | undefined } {
  const dot = key.lastIndexOf(".");
  const last = key.slice(dot + 1);
  return dot > 0 && categories.includes(last) ? { stem: key.slice(0, dot), category: last } : { stem: key, category: undefined };
}

function stems(table: Readonly<Record<string, string>>): Map<string, { places: Set<string>; categories: Set<string> }> {
  const found = new Map<string, { places: Set<string>; categories: Set<string> }>();
  for (const [key, text] of Object.entries(table)) {
    const { stem, category } = split(key);
    const entry = found.get(stem) ?? { places: new Set<string>(), categories: new Set<string>() };
    for (const match of text.matchAll(/\{(\w+)\}/g)) {
      entry.places.add(match[1] ?? "");
    }
    if (category !== undefined) {
      entry.categories.add(category);
    }
    found.set(stem, entry);
  }
  return found;
}

/** Every catalogue says the same things as the English one, with the same places and its own plurals. */
export function cataloguesAgree(page: string, catalogues: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
  const english = stems(catalogues["en"] ?? {});
  test(`${page}: the English catalogue is not empty`, () => assert.ok(english.size > 0));
  for (const [language, table] of Object.entries(catalogues)) {
    test(`${page}: the catalogue in ${language} is complete`, () => {
      const own = stems(table);
      assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort());
      for (const [stem, entry] of own) {
        assert.deepEqual([...entry.places].sort(), [...(english.get(stem)?.places ?? [])].sort(), `places of ${stem}`);
        const counted = (english.get(stem)?.categories.size ?? 0) > 0;
        const wanted = counted ? new Intl.PluralRules(language).resolvedOptions().pluralCategories : [];
        assert.deepEqual([...entry.categories].sort(), [...wanted].sort(), `plural forms of ${stem}`);
      }
      for (const [key, text] of Object.entries(table)) {
        assert.notEqual(text.trim(), "", key);
      }
    });
  }
}
