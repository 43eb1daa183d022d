import { WhistleError } from "../errors.ts";
import type { Channel, Directory } from "../directory.ts";
import type { Questionnaire } from "../documents.ts";
import type { PromiseContent } from "../promise.ts";
import type { Random } from "../random.ts";
import type { SourceApi } from "../sourceApi.ts";
import type { Answer, Copy, Day, Hash, Id, PlainFile, RunOptions } from "../types.ts";

/** Everything a source decided, before any key exists. */
export interface TipInput {
  readonly origin: string;
  readonly directory: Directory;
  readonly channel: Channel;
  readonly questionnaire: Questionnaire;
  readonly today: Day;
  /** Language tag of the text. */
  readonly lang: string;
  /** By question; `title` and `what` among them. Answers to questions that are not asked are dropped. */
  readonly answers: readonly Answer[];
  readonly files: readonly PlainFile[];
  /** Person ids among the channel's readers that were unticked, and `recovery` where that was. */
  readonly unticked: readonly string[];
  /** Name and contact for the ticked custodians, or nothing to stay anonymous. */
  readonly identity?: { readonly name: string; readonly contact: string; readonly custodians: readonly Id[] } | undefined;
  /** `kept`: whoever has the words can read the tip again. `none` is the safer choice. */
  readonly copy: Copy;
}

/** Keys and sealed bytes of one tip. A retry sends the same bytes. Holds secrets: keep it in memory only. */
export interface PreparedTip {
  readonly words: readonly string[];
  readonly caseId: Id;
  readonly directory: Directory;
  /** Ciphertext bytes still to be sent altogether. */
  readonly size: number;
  readonly secret: PreparedSecret;
}

export interface SentTip {
  readonly words: readonly string[];
  readonly caseId: Id;
  readonly promise: PromiseContent;
  /** The signed note, byte for byte, for a saved proof. */
  readonly promiseNote: string;
}

/** What can't be sent, by a stable code; empty where all is well. Checked again by `prepareTip`. */
export type TipProblem =
  | "channel-unknown"
  | "directory-expired"
  | "nobody-left" // every reader was unticked
  | "answers-invalid"
  | "text-too-long"
  | "files-too-many"
  | "files-too-large"
  | "identity-too-long"
  | "custodian-unknown";

export function tipProblems(input: TipInput): TipProblem[] {
  throw new WhistleError("not-built", { cause: input });
}

/**
 * Makes the keys and seals everything, once. Reads each file twice and refuses one that changed (`file-changed`).
 * Progress: `sealing`. Throws a `TipProblem` or `cancelled`.
 */
export async function prepareTip(input: TipInput, random: Random, options: RunOptions = {}): Promise<PreparedTip> {
  throw new WhistleError("not-built", { cause: [input, random, options] });
}

/**
 * Uploads, does the proof of work, sends, checks the promise. Can be called again after any failure with the same
 * prepared tip: it sends the same bytes and skips parts that were acknowledged. Progress: `working`, `uploading`,
 * `sending`, `checking`. Throws server codes, `network`, `cancelled`, or `promise-invalid` where what came back
 * does not prove what was sent; then the words must not be shown as a receipt.
 */
export async function sendTip(prepared: PreparedTip, api: SourceApi, random: Random, options: RunOptions = {}): Promise<SentTip> {
  throw new WhistleError("not-built", { cause: [prepared, api, random, options] });
}
export type PreparedSecret = { readonly hash: Hash };
