const minute = 60_000;
export const forgetAfter = 20 * minute;
export const warnBefore = 2 * minute;

/** What an idle page does: nothing, warn, or forget the words. Times in milliseconds of one clock. */
export function idleState(lastAct: number, now: number): "awake" | "soon" | "over" {
  const idle = now - lastAct;
  return idle >= forgetAfter ? "over" : idle >= forgetAfter - warnBefore ? "soon" : "awake";
}
