/** Whether what was typed is the same seven words: any case, any white space between them (SPEC 11). */
export function samePassphrase(typed: string, wanted: string): boolean {
  return normal(typed) === normal(wanted);
}

function normal(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim().split(/\s+/u).join(" ");
}
