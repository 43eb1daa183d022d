import type { Letter } from "../lib/thread.ts";
import type { Hash } from "../lib/types.ts";

/** Whether a failure after something was handed over leaves open whether the server has it. */
export function answerLost(code: string): boolean {
  return code === "network" || code === "cancelled" || code === "answer-malformed" || code.startsWith("http-5");
}

/** Whether one of the letters whose answer was lost stands in the thread: by its bytes, as another device may have taken its number. */
export function hasArrived(letters: readonly Pick<Letter, "dir" | "hash">[], unanswered: readonly Hash[]): boolean {
  return letters.some((letter) => letter.dir === "source" && unanswered.includes(letter.hash));
}
