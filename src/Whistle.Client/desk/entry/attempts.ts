import { WhistleError } from "../../lib/errors.ts";

/**
 * Ways into the desk, one at a time. Deriving keys takes seconds, and somebody who signs out meanwhile must not find the
 * desk open again afterwards: whatever an ended attempt still finds is dropped, with the keys in it.
 */
export class Attempts {
  private current: AbortController | undefined;

  /** Throws what the work throws, and `cancelled` where the attempt was ended or another began. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, arrive: (result: T) => void): Promise<void> {
    this.end();
    const own = new AbortController();
    this.current = own;
    const result = await work(own.signal);
    if (own.signal.aborted) {
      throw new WhistleError("cancelled");
    }
    arrive(result);
  }

  end(): void {
    this.current?.abort();
    this.current = undefined;
  }
}
