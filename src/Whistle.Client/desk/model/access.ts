import { givenNames, namesIn } from "./names.ts";
import { plain, quotesIn } from "./quotes.ts";
import type { CaseView } from "./views.ts";
import { isToldBySource, sourceWords } from "./report.ts";
import { formatDay, isoDay } from "../../lib/days.ts";

export const decisions = ["given", "restricted", "refused"] as const;

/** Where a person is named in a case, for an answer under article 15 of the GDPR. */
export type Place = "title" | "source-letter" | "answer" | "file" | "team-letter" | "translation" | "protection" | "note" | "task" | "interview" | "evidence" | "closing" | "purge" | "summary";

export interface Mention {
  readonly place: Place;
  /** The words around the name; the name stands from `start` to `end` in it. */
  readonly excerpt: string;
  readonly start: number;
  readonly end: number;
  /** It comes from the source, or from an interview with the source: nothing of it may stand in the answer word for word. */
  readonly fromSource: boolean;
}

const around = 80;

/** Every place in which one of the names stands as a word, whatever its case and accents. */
export function mentionsOf(view: CaseView, names: readonly string[]): readonly Mention[] {
  const wanted = names.map((name) => plain(name.trim())).filter((name) => name !== "");
  const texts: (readonly [Place, string, boolean])[] = [
    ["title", view.row.title, true],
    ...view.letters.flatMap((letter): (readonly [Place, string, boolean])[] => [
      [letter.dir === "source" ? "source-letter" : "team-letter", letter.text, isToldBySource(letter)],
      ...letter.translations.map(({ text }) => ["translation", text, isToldBySource(letter)] as const),
      ...letter.questions.map(({ label, options = [] }) => ["team-letter", [label, ...options].join("\n"), false] as const),
      ...letter.answers.flatMap((answer) => answer.values.map((value) => ["answer", value, true] as const)),
      ...letter.files.map((file) => ["file", file.name, letter.dir === "source"] as const),
    ]),
    ...view.notes.map((note) => ["note", note.text, false] as const),
    ...view.investigation.tasks.map((task) => ["task", `${task.title}\n${task.text}`, false] as const),
    ...view.investigation.interviews.map((interview) => ["interview", [interview.who, ...interview.present, interview.text].join("\n"), interview.role === "source"] as const),
    ...(view.investigation.protection === undefined ? [] : [["protection", view.investigation.protection.text, true] as const]),
    ...view.investigation.evidence.map((item) => ["evidence", [item.title, item.origin, item.text, ...item.files.map((file) => file.name)].join("\n"), false] as const),
    ...view.closings.map((closing) => ["closing", closing.text, false] as const),
    ...view.purges.map((purge) => ["purge", purge.text, false] as const),
    ...view.summaries.map((summary) => ["summary", `${summary.title}\n${summary.text}`, false] as const),
  ];
  return texts.flatMap(([place, text, fromSource]) => wanted.flatMap((name) => placesIn(text, name)).sort((a, b) => a[0] - b[0]).map(([start, end]) => {
    const from = Math.max(0, start - around);
    return { place, excerpt: text.slice(from, end + around), start: start - from, end: end - from, fromSource };
  }));
}

/** Where `name` stands in the text, as whole words, in the text's own offsets. */
function placesIn(text: string, name: string): (readonly [number, number])[] {
  // Folding may make a text longer or shorter: every folded character remembers whose it is.
  let folded = "";
  const origin: number[] = [];
  for (let at = 0; at < text.length;) {
    const point = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const piece = plain(point);
    folded += piece;
    origin.push(...Array.from({ length: piece.length }, () => at));
    at += point.length;
  }
  origin.push(text.length);
  const found: (readonly [number, number])[] = [];
  for (let at = folded.indexOf(name); at >= 0; at = folded.indexOf(name, at + name.length)) {
    const isWord = (i: number): boolean => /[\p{L}\p{N}]/u.test(folded.charAt(i));
    if (!(at > 0 && isWord(at - 1)) && !isWord(at + name.length)) {
      let end = origin[at + name.length] ?? text.length;
      // A name of decomposed letters ends after the accents of its last one.
      while (/^\p{M}/u.test(text.slice(end, end + 1))) {
        end++;
      }
      found.push([origin[at] ?? 0, end]);
    }
  }
  return found;
}

/** What in an answer could tell who the source is. */
export interface Leaks {
  /** Passages that stand word for word in what the source wrote. */
  readonly quotes: readonly string[];
  /** Days on which the source wrote, in whatever form they are written. */
  readonly days: readonly string[];
  /** The source's name, where a custodian gave it. */
  readonly names: readonly string[];
}

export function leaksIn(answer: string, view: CaseView, language: string): Leaks {
  const days = new Set([view.row.day, ...view.letters.filter((letter) => letter.dir === "source").map((letter) => letter.day)]);
  const forms = [...days].flatMap((day) => [isoDay(day), ...["long", "medium"].flatMap((style) => [...new Set([language, "en-GB", "en-US", "de", "fr"])].map((lang) => formatDay(day, lang, style as "long" | "medium")))]);
  return { quotes: quotesIn(answer, sourceWords(view)), days: [...new Set(forms.filter((form) => plain(answer).includes(plain(form))))], names: namesIn(answer, givenNames(view)) };
}
