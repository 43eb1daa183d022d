import { plain } from "./quotes.ts";
import type { CaseView } from "./views.ts";

/** What must not stand in a paper once a custodian has given it: the name, its parts, and how to reach the source. */
export function givenNames(view: CaseView): readonly string[] {
  return view.identities.flatMap(({ answer }) => {
    const { name = "", contact = "" } = answer ?? {};
    // Particles such as "van" or "der" are words of the language, and initials are everywhere.
    const parts = name.split(/\s+/u).filter((part) => [...part].length > 2 && !startsSmall(part));
    const ways = contact.split(/[\s,;]+/u).filter((way) => /[@\d]/u.test(way) && way.length > 4);
    return [name, contact, ...parts, ...ways].map((text) => text.trim()).filter((text) => text !== "");
  });
}

/** Those of them that stand in a text as whole words, whatever its case and accents; the longest where one holds another. */
export function namesIn(text: string, names: readonly string[]): readonly string[] {
  const hay = plain(text);
  const found = [...new Set(names)].filter((name) => stands(hay, plain(name)));
  return found.filter((name) => !found.some((other) => other !== name && plain(other).includes(plain(name)) && plain(other) !== plain(name)));
}

/** A script without letter case has no small letters. */
function startsSmall(word: string): boolean {
  const first = word.charAt(0);
  return first === first.toLowerCase() && first !== first.toUpperCase();
}

function stands(hay: string, needle: string): boolean {
  const isWord = (at: number): boolean => /[\p{L}\p{N}]/u.test(hay.charAt(at));
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    if (!(at > 0 && isWord(at - 1)) && !isWord(at + needle.length)) {
      return true;
    }
  }
  return false;
}
