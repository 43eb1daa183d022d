import type { JSX, RefObject } from "preact";
import { useDesk } from "../context.ts";
import type { Mark, Segment } from "../model/redaction.ts";

export interface MarkedProps {
  readonly container: RefObject<HTMLDivElement | null>;
  readonly labelledBy: string;
  readonly segments: readonly Segment[];
  readonly unmark: (mark: Mark) => void;
}

/** The original with its marks. A mark is a button: pressing it takes the mark away again. */
export function Marked({ container, labelledBy, segments, unmark }: MarkedProps): JSX.Element {
  const { m } = useDesk();
  return (
    <div class="original letter" ref={container} role="region" aria-labelledby={labelledBy} tabIndex={0} dir="auto">
      {segments.map(({ text, mark }, index) =>
        mark === undefined ? (
          <span key={index} data-text="">{text}</span>
        ) : (
          <button
            key={index}
            type="button"
            class="mark"
            title={m.text("mark.undo")}
            onClick={() => unmark(mark)}
          >
            <span data-text="">{text}</span>
            <span class="mark-word" aria-hidden="true">{m.text(`mark.${mark.category}`)}</span>
            <span class="visually-hidden"> {m.text("mark.becomes", { word: m.text(`mark.${mark.category}`) })}</span>
          </button>
        ),
      )}
    </div>
  );
}

/** The selected part of the original as offsets into its text, whatever elements the selection crosses. */
export function selectionIn(container: HTMLElement): { readonly start: number; readonly end: number } | undefined {
  const selection = getSelection();
  if (selection === null || selection.rangeCount === 0 || selection.isCollapsed) {
    return undefined;
  }
  const range = selection.getRangeAt(0);
  let at = 0;
  let start: number | undefined;
  let end: number | undefined;
  for (const piece of container.querySelectorAll("[data-text]")) {
    const node = piece.firstChild;
    const length = node?.nodeValue?.length ?? 0;
    if (node !== null && range.intersectsNode(node)) {
      const from = range.startContainer === node ? range.startOffset : 0;
      const to = range.endContainer === node ? range.endOffset : length;
      start ??= at + from;
      end = at + to;
    }
    at += length;
  }
  return start === undefined || end === undefined || start >= end ? undefined : { start, end };
}
