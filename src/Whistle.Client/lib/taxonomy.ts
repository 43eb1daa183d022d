import { readDocument, type ByLanguage } from "./documents.ts";
import { WhistleError } from "./errors.ts";
import type { Json } from "./jcs.ts";
import * as shape from "./shape.ts";
import type { SourceApi } from "./sourceApi.ts";
import type { Hash } from "./types.ts";

// SPEC 7. Apart from the other documents, because only the desk judges: a source's page neither fetches nor reads it.

const words = shape.mapOf(shape.text(8192));

const taxonomyShape = shape.object({
  v: shape.just(1),
  name: shape.optional(words),
  categories: shape.list(shape.object({ id: shape.text(64), label: words }), 100, 1),
  severities: shape.list(shape.object({ id: shape.text(64), label: words, guide: words }), 20, 1),
  stages: shape.optional(shape.list(shape.object({ id: shape.text(64), state: shape.oneOf("received", "acknowledged", "in-review", "feedback-given", "reopened"), label: words }), 40, 1)),
  guide: shape.optional(shape.anyJson),
});

const guideShape = shape.object({
  v: shape.just(1),
  about: words,
  sentences: shape.list(shape.object({ category: shape.text(64), severity: shape.text(64), text: words }), 2000),
});

export type Guide = ReturnType<typeof guideShape>;
export type Taxonomy = Omit<ReturnType<typeof taxonomyShape>, "guide"> & { readonly guide?: Guide };

/** Throws `document-malformed`, and `guide-malformed` where all holds but the guide. */
export function parseTaxonomy(json: Json): Taxonomy {
  const { guide: given, ...taxonomy } = shape.read(taxonomyShape, json, "document-malformed");
  const { name, categories, severities, stages } = taxonomy;
  const lists = [categories, severities, stages ?? []];
  const holds =
    (name === undefined || areWords(name, 100)) &&
    severities.every(({ guide }) => areLanguages(guide)) &&
    lists.every((list) => new Set(list.map(({ id }) => id)).size === list.length && list.every(({ id, label }) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(id) && areLanguages(label) && Object.keys(label).length > 0));
  if (!holds) {
    throw new WhistleError("document-malformed");
  }
  return given === undefined ? taxonomy : { ...taxonomy, guide: parseGuide(given, taxonomy) };
}

function parseGuide(json: Json, { categories, severities }: Omit<Taxonomy, "guide">): Guide {
  const guide = shape.read(guideShape, json, "guide-malformed");
  const pairs = new Set(guide.sentences.map(({ category, severity }) => `${category} ${severity}`));
  const known = (list: readonly { readonly id: string }[], wanted: string): boolean => list.some(({ id }) => id === wanted);
  const holds =
    areWords(guide.about, 1000) &&
    pairs.size === guide.sentences.length &&
    guide.sentences.every(({ category, severity, text }) => known(categories, category) && known(severities, severity) && areWords(text, 300));
  if (!holds) {
    throw new WhistleError("guide-malformed");
  }
  return guide;
}

/** The taxonomy of that hash. Throws `document-hash`, `document-malformed`, `guide-malformed`. */
export async function loadTaxonomy(api: SourceApi, hash: Hash, signal?: AbortSignal): Promise<Taxonomy> {
  return parseTaxonomy(readDocument(await api.document(hash, signal), hash));
}

/** What a severity means in a category: the guide's sentence for both, else the severity's own. */
export function meaningOf({ severities, guide }: Taxonomy, category: string, severity: string): ByLanguage | undefined {
  return guide?.sentences.find((sentence) => sentence.category === category && sentence.severity === severity)?.text ?? severities.find(({ id }) => id === severity)?.guide;
}

function areLanguages(texts: ByLanguage): boolean {
  return Object.keys(texts).every((tag) => /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(tag));
}

/** In at least one language, none empty or longer than `max` code points. */
function areWords(texts: ByLanguage, max: number): boolean {
  const given = Object.values(texts);
  return areLanguages(texts) && given.length > 0 && given.every((text) => text.trim() !== "" && [...text].length <= max);
}
