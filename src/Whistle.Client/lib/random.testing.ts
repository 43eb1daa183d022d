import { concat, h, u64, utf8 } from "./bytes.ts";
import type { Random } from "./random.ts";

/** The deterministic stream of SPEC 1, from a seed of 32 bytes. For vectors and tests, never in a page. */
export function deterministicRandom(seed: Uint8Array): Random {
  let counter = 0;
  let rest: Uint8Array = new Uint8Array(0);
  return (n) => {
    while (rest.length < n) {
      rest = concat(rest, h(concat(utf8("whistle/test-randomness/v1"), seed, u64(counter++))));
    }
    const result = rest.slice(0, n);
    rest = rest.subarray(n);
    return result;
  };
}
