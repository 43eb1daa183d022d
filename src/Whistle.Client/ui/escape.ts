/** Three presses of Esc, each within this many milliseconds of the one before, mean "leave now". */
const within = 1500;

/** Counts one more key. Any other key starts anew, so that closing a menu by Esc never adds up over time. */
export function countsAsExit(times: readonly number[], key: string, now: number): { readonly exit: boolean; readonly times: readonly number[] } {
  if (key !== "Escape") {
    return { exit: false, times: [] };
  }
  const last = times.at(-1);
  const kept = last !== undefined && now - last <= within ? [...times, now] : [now];
  return { exit: kept.length >= 3, times: kept };
}
