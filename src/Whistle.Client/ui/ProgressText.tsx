import type { JSX } from "preact";

export interface ProgressTextProps {
  /** What is happening now, in words; announced. */
  readonly text: string;
  /** 0 to 1; left out where nobody can know. */
  readonly value?: number | undefined;
}

/** A bar that never stands without words. */
export function ProgressText({ text, value }: ProgressTextProps): JSX.Element {
  return (
    <div class="progress">
      <p role="status">{text}</p>
      <progress max={1} value={value} aria-label={text} />
    </div>
  );
}
