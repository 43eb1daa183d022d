import { WhistleError } from "./errors.ts";

let last = 0;

/** Throws `cancelled` where the caller gave up. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new WhistleError("cancelled");
  }
}

/** Gives the page its turn when 25 ms of work have passed, so that it stays responsive; throws `cancelled`. */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  throwIfCancelled(signal);
  const now = performance.now();
  if (now - last > 25) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
    throwIfCancelled(signal);
  }
}
