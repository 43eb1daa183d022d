import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { countsAsExit } from "./escape.ts";
import { leaveNow } from "./leave.ts";

export interface QuickExitProps {
  readonly label: string;
  readonly hint: string;
  /** Forgets everything in memory; called before the browser is sent away. */
  readonly forget: () => void;
}

/** Leaves at once, by the button or by pressing Esc three times. */
export function QuickExit({ label, hint, forget }: QuickExitProps): JSX.Element {
  useEffect(() => {
    let pressed: readonly number[] = [];
    const onKey = (event: KeyboardEvent): void => {
      const { exit, times } = countsAsExit(pressed, event.key, event.timeStamp);
      pressed = times;
      if (exit) {
        leaveNow(forget);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [forget]);
  return (
    <button type="button" class="button quick-exit" title={hint} onClick={() => leaveNow(forget)}>
      {label}
    </button>
  );
}
