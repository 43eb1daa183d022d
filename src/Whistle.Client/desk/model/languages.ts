/** Languages by their names, for a list; one that the browser can't name keeps its tag. */
export function languageChoices(tags: readonly string[], language: string): readonly { readonly id: string; readonly label: string }[] {
  const names = new Intl.DisplayNames([language], { type: "language" });
  const nameOf = (tag: string): string => {
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag; // what a source's device wrote need not be a language
    }
  };
  return [...new Set(tags)].filter((tag) => tag !== "").map((tag) => ({ id: tag, label: nameOf(tag) }));
}
