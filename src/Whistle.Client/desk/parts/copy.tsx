import type { JSX } from "preact";
import { useDesk } from "../context.ts";

/** Copies a text the person needs elsewhere, and says whether it worked. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }): JSX.Element {
  const { m, say } = useDesk();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say(m.text("copy.done"));
    } catch {
      // The browser may refuse the clipboard; the text stands on the page and can be selected.
      say(m.text("copy.failed"));
    }
  };
  return (
    <button type="button" class="button button-plain" onClick={() => void copy()}>
      {label ?? m.text("copy")}
    </button>
  );
}
