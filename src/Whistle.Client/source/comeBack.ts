import { acknowledgeBy, type ClockPolicy } from "../lib/clocks.ts";
import type { Day } from "../lib/types.ts";

/** The day after the last one for the acknowledgement: then it must be there. */
export function comeBackDay(policy: ClockPolicy, received: Day): Day {
  return acknowledgeBy(policy, received) + 1;
}
