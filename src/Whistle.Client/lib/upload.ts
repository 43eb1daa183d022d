import { partsOf, type SealedObject } from "./attachments.ts";
import { fromHex } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import { throwIfCancelled } from "./pause.ts";
import { solve } from "./pow.ts";
import type { Random } from "./random.ts";
import type { SourceApi } from "./sourceApi.ts";
import type { RunOptions } from "./types.ts";

/** What of an object the server has acknowledged, so that a retry sends only the rest. */
export interface UploadState {
  work: { readonly nonce: Uint8Array; readonly counter: number; readonly until: number } | undefined;
  begun: boolean;
  done: number;
}

export function newUpload(): UploadState {
  return { work: undefined, begun: false, done: 0 };
}

/** The proof of work for a subject, kept until its challenge runs out. */
export async function work(
  api: SourceApi,
  subject: Uint8Array,
  kept: UploadState["work"],
  random: Random,
  options: { readonly signal?: AbortSignal | undefined; readonly progress: (done: number) => void },
): Promise<NonNullable<UploadState["work"]>> {
  if (kept !== undefined && performance.now() < kept.until) {
    return kept;
  }
  const { nonce, bits, seconds } = await api.challenge("tip", options.signal);
  // Half a minute early: a proof that is refused costs more than a new challenge.
  const until = performance.now() + Math.max(0, seconds - 30) * 1000;
  return { nonce, until, counter: await solve(nonce, subject, bits, random, options) };
}

/** Sends what the server does not have yet. Progress: `working`, `uploading`. */
export async function uploadFromSource(api: SourceApi, object: SealedObject, state: UploadState, random: Random, options: RunOptions): Promise<void> {
  const { signal } = options;
  if (!state.begun) {
    state.work = await work(api, fromHex(object.id, 16), state.work, random, { signal, progress: (done) => options.progress?.({ step: "working", done }) });
    const { nonce, counter } = state.work;
    const { parts } = await forgetWork(state, () => api.upload({ id: object.id, size: object.size, nonce, counter }, signal));
    if (parts !== partsOf(object.ciphertext).length) {
      throw new WhistleError("answer-malformed");
    }
    state.begun = true;
  }
  await sendParts(object, state, options, (n, bytes) => api.part(object.id, n, bytes, signal));
}

export async function sendParts(object: SealedObject, state: UploadState, options: RunOptions, send: (n: number, bytes: Uint8Array) => Promise<void>): Promise<void> {
  const parts = partsOf(object.ciphertext);
  for (let n = state.done; n < parts.length; n++) {
    throwIfCancelled(options.signal);
    options.progress?.({ step: "uploading", done: n / parts.length });
    await send(n, parts[n] as Uint8Array);
    state.done = n + 1;
  }
  options.progress?.({ step: "uploading", done: 1 });
}

/** A refused request drops its proof of work, so that the next attempt makes a new one; a lost connection keeps it. */
async function forgetWork<T>(state: UploadState, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof WhistleError && error.status !== undefined && error.status < 500) {
      state.work = undefined;
    }
    throw error;
  }
}
