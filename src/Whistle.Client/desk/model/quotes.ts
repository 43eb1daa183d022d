/** Words one after another that make a passage recognisable. */
const recognisable = 5;

interface Word {
  readonly plain: string;
  readonly start: number;
  readonly end: number;
}

/** Words of any script, without case and diacritics. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const { segment, index, isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)) {
    if (isWordLike === true) {
      words.push({ plain: plain(segment), start: index, end: index + segment.length });
    }
  }
  return words;
}

export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * The passages of `text` that stand word for word in one of the `originals`, each as long as it goes. A style and a turn
 * of phrase give a source away to colleagues as surely as a name.
 */
export function quotesIn(text: string, originals: readonly string[]): readonly string[] {
  const known = new Set<string>();
  for (const original of originals) {
    const words = wordsOf(original);
    // An original shorter than a passage is one as a whole, where it has more than two words.
    const length = Math.min(recognisable, words.length);
    for (let i = 0; length > 2 && i + length <= words.length; i++) {
      known.add(words.slice(i, i + length).map((word) => word.plain).join(" "));
    }
  }
  const words = wordsOf(text);
  const marked = new Array<boolean>(words.length).fill(false);
  for (let length = 3; length <= recognisable; length++) {
    for (let i = 0; i + length <= words.length; i++) {
      if (known.has(words.slice(i, i + length).map((word) => word.plain).join(" "))) {
        marked.fill(true, i, i + length);
      }
    }
  }
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (marked[i] === true && marked[i - 1] !== true) {
      let last = i;
      while (marked[last + 1] === true) {
        last++;
      }
      found.push(text.slice(words[i]?.start, words[last]?.end));
    }
  }
  return [...new Set(found)];
}
