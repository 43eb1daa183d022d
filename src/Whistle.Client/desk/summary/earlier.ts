import { diffText } from "../model/diff.ts";

/** A summary as one person was shown it. */
export interface Shown {
  readonly id: string;
  readonly case: string;
  readonly decided: boolean;
  readonly text: string;
}

/**
 * What a waiting summary is compared with: a summary of the same case that this person was asked about before and that is
 * decided. The server keeps no order of proposals, so of several the one with the fewest changes is taken.
 */
export function earlierOf(waiting: Shown, all: readonly Shown[]): string | undefined {
  if (waiting.decided) {
    return undefined;
  }
  const changed = (text: string): number =>
    diffText(text, waiting.text).reduce((sum, piece) => sum + (piece.kind === "same" ? 0 : piece.text.length), 0);
  return all
    .filter((other) => other.id !== waiting.id && other.case === waiting.case && other.decided)
    .map((other) => ({ text: other.text, changed: changed(other.text) }))
    .sort((a, b) => a.changed - b.changed)[0]?.text;
}
