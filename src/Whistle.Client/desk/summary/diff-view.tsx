import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useDesk } from "../context.ts";
import { diffText } from "../model/diff.ts";

/** What was taken out and what was put in, told by `del` and `ins` and by line style, not by colour alone. */
export function Diff({ before, after, label }: { readonly before: string; readonly after: string; readonly label: string }): JSX.Element {
  const { m } = useDesk();
  const pieces = useMemo(() => diffText(before, after), [before, after]);
  return (
    <div class="diff letter" role="region" aria-label={label} tabIndex={0} dir="auto">
      {pieces.map((piece, index) =>
        piece.kind === "same" ? (
          <span key={index}>{piece.text}</span>
        ) : piece.kind === "removed" ? (
          <del key={index}>
            <span class="visually-hidden">{m.text("diff.removed")} </span>
            {piece.text}
          </del>
        ) : (
          <ins key={index}>
            <span class="visually-hidden">{m.text("diff.added")} </span>
            {piece.text}
          </ins>
        ),
      )}
    </div>
  );
}
