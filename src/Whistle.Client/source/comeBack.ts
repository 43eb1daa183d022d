import type { Day } from "../lib/types.ts";

/** Directive 2019/1937, 9(1)(b): seven days for the acknowledgement, the day of receipt not counted; the day after that it must be there. */
export function comeBackDay(received: Day): Day {
  return received + 8;
}
