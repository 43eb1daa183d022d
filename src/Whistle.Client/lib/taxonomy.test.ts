import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { utf8 } from "./bytes.ts";
import { inLanguage, parseQuestionnaire, parseTexts } from "./documents.ts";
import { parseJson } from "./jcs.ts";
import { meaningOf, parseTaxonomy } from "./taxonomy.ts";
import { vectorJson, vectorPath } from "./vectors.testing.ts";

interface Change {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly code?: string;
}
const vectors = vectorJson("by-hand/taxonomies.json") as { readonly taxonomy: string; readonly good: readonly Change[]; readonly faults: readonly Change[] };
const read = (text: string) => parseTaxonomy(parseJson(utf8(text)));
const changed = ({ from, to }: Change): string => {
  assert.equal(vectors.taxonomy.split(from).length, 2, from);
  return vectors.taxonomy.replace(from, () => to);
};

test("there are taxonomies to refuse", () => {
  assert.ok(vectors.faults.length > 25 && vectors.good.length > 4);
});

for (const change of vectors.good) {
  test(`a taxonomy is read: ${change.name}`, () => {
    read(changed(change));
  });
}

for (const change of vectors.faults) {
  test(`a taxonomy is refused with ${change.code ?? ""}: ${change.name}`, () => {
    assert.throws(() => read(changed(change)), { code: change.code });
  });
}

test("a severity means what the guide says for the category, else what it says of itself, in the reader's language or English", () => {
  const taxonomy = read(vectors.taxonomy);
  const words = (category: string, severity: string, language: string) => inLanguage(meaningOf(taxonomy, category, severity) ?? {}, language);
  assert.equal(words("a", "high", "de"), "Hoch in A");
  assert.equal(words("a", "high", "de-AT"), "Hoch in A");
  assert.equal(words("a", "high", "fr"), "High in A");
  assert.equal(words("b", "high", "de"), "High in general");
  assert.equal(words("", "low", "en"), "Low in general");
  assert.equal(meaningOf(taxonomy, "a", ""), undefined);
});

const documents = join(dirname(dirname(vectorPath("."))), "src", "Whistle.Server", "Demo", "documents");
const files = readdirSync(documents);

test("there are documents to read", () => {
  for (const name of ["questionnaire-general.json", "questionnaire-use.json", "taxonomy-general.json", "taxonomy-use.json"]) {
    assert.ok(files.includes(name), name);
  }
});

for (const name of files) {
  test(`${name} is read`, () => {
    const json = parseJson(new Uint8Array(readFileSync(join(documents, name))));
    const parse = name.startsWith("questionnaire-") ? parseQuestionnaire : name.startsWith("taxonomy-") ? parseTaxonomy : parseTexts;
    parse(json);
  });
}
