import type { JSX } from "preact";
import { inLanguage } from "../../lib/documents.ts";
import type { SourceApi } from "../../lib/sourceApi.ts";
import { loadTaxonomy } from "../../lib/taxonomy.ts";
import { useDesk } from "../context.ts";
import { useLoad } from "../parts/load.ts";

/** Which taxonomy a hash is, in words: a hash alone tells an admin nothing. Keyed by its hash, for it loads once. */
export function TaxonomyLine({ source, hash }: { readonly source: SourceApi; readonly hash: string }): JSX.Element {
  const { m } = useDesk();
  const loaded = useLoad((signal) => loadTaxonomy(source, hash, signal));
  if (loaded.value === undefined) {
    return <span>{loaded.error ?? ""}</span>;
  }
  const { name, guide } = loaded.value;
  const words = name === undefined ? undefined : inLanguage(name, m.language);
  return (
    <span>
      <span dir="auto">{words === undefined ? m.text("admin.taxonomy.unnamed") : m.text("admin.taxonomy.named", { name: words })}</span>,{" "}
      {m.text(guide === undefined ? "admin.taxonomy.unguided" : "admin.taxonomy.guided")}
    </span>
  );
}
