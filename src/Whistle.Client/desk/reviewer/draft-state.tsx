import type { JSX } from "preact";
import { useDesk } from "../context.ts";
import type { DraftAt } from "./drafts.ts";

/** Where what is being written stands. That it is in this page alone must not look like "saved". */
export function DraftState({ draft }: { readonly draft: DraftAt }): JSX.Element {
  const { m } = useDesk();
  return (
    <span class={draft === "failed" ? "draft-failed small" : "soft small"} role="status">
      {draft === "none" ? "" : m.text(`draft.${draft}`)}
    </span>
  );
}
