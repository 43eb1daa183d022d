import { sha256 } from "@noble/hashes/sha2.js";
import { concat, h, u64, utf8 } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import { throwIfCancelled } from "./pause.ts";
import type { Random } from "./random.ts";

// SPEC 8.3.

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Share of tries after which most are done: 1 - e^(-tries / expected); below 1 until it is found. */
  readonly progress?: ((done: number) => void) | undefined;
}

function prefix(nonce: Uint8Array, subject: Uint8Array): Uint8Array {
  return concat(utf8("whistle/pow/v1\0"), nonce, h(subject));
}

function leadingZeros(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) {
      return bits + Math.clz32(byte) - 24;
    }
    bits += 8;
  }
  return bits;
}

export function isSolution(nonce: Uint8Array, subject: Uint8Array, bits: number, counter: number): boolean {
  return leadingZeros(h(prefix(nonce, subject), u64(counter))) >= bits;
}

/**
 * A counter that solves. Works in slices of 30 ms, so that the page stays responsive, and needs no worker; about
 * 2^bits hashes. It starts anywhere, so that the counter does not tell the server how many tries the device made
 * in the time it took, and with that how fast it is. Throws `cancelled`, `work-too-hard`.
 */
export async function solve(nonce: Uint8Array, subject: Uint8Array, bits: number, random: Random, options: WorkOptions = {}): Promise<number> {
  if (!Number.isInteger(bits) || bits < 0 || bits > 40) {
    throw new WhistleError("work-too-hard");
  }
  const start = sha256.create().update(prefix(nonce, subject));
  const scratch = start.clone();
  const tail = new Uint8Array(8);
  const view = new DataView(tail.buffer);
  const first = random(6).reduce((value, byte) => value * 256 + byte, 0);
  for (let counter = first; ; ) {
    throwIfCancelled(options.signal);
    const until = performance.now() + 30;
    do {
      // 64 tries between two looks at the clock.
      for (let i = 0; i < 64; i++, counter++) {
        view.setUint32(0, Math.floor(counter / 2 ** 32));
        view.setUint32(4, counter >>> 0);
        start._cloneInto(scratch);
        if (leadingZeros(scratch.update(tail).digest()) >= bits) {
          options.progress?.(1);
          return counter;
        }
      }
    } while (performance.now() < until);
    options.progress?.(Math.min(0.99, 1 - Math.exp(-(counter - first) / 2 ** bits)));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
