import { base64url, concat, equal, fromHex, fromUtf8, hex } from "../bytes.ts";
import type { ReceiptKeys } from "../derive.ts";
import { codeOf, WhistleError } from "../errors.ts";
import type { PromiseContent } from "../promise.ts";
import type { NoteKey } from "../signedNote.ts";
import type { Day, Hash } from "../types.ts";
import { verifyCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { readTail } from "./entries.ts";
import { actLeaf, doneLeaf, type DoneAct } from "./leaves.ts";
import { vouchers, type Vouchers } from "./policy.ts";
import { parseProof, verifyProof } from "./proof.ts";
import type { TileFetch } from "./tiles.ts";

// What a source can say about its report after looking into the log (SPEC 16).

export interface LogQuestion {
  readonly promise: PromiseContent;
  readonly promiseNote: string;
  readonly proofs: readonly { readonly leaf: Hash; readonly proof: string }[];
  /** The log of the current directory, and whose word counts beside it. */
  readonly log: NoteKey & { readonly policy?: string };
  readonly keys: Pick<ReceiptKeys, "contentBlind">;
  /** The team's messages that the server gave out: number and day. */
  readonly acts: readonly { readonly seq: number; readonly day: Day }[];
  /** What the server says was done, and on which day. */
  readonly done: Partial<Record<DoneAct, Day | undefined>>;
  readonly today: Day;
  readonly fetch: TileFetch;
  /** The mirror that the directory names, where it is to be asked. */
  readonly mirror?: TileFetch | undefined;
}

export type LogFinding =
  | { readonly kind: "waiting"; readonly by: Day }
  | { readonly kind: "logged"; readonly checkpoint: SignedCheckpoint; readonly proofs: readonly string[]; readonly done: readonly DoneAct[]; readonly vouchers: Vouchers | undefined }
  /** `evidence` is one text that shows it to others. It holds the content blind where that is needed, and never the words. */
  | { readonly kind: "broken"; readonly code: LogFault; readonly evidence: string };

export type LogFault =
  | "log-promise-broken" // the promised day passed and the report is not in the log
  | "log-proof-wrong" // a proof, tile or checkpoint that does not hold
  | "log-withheld" // the log has a message of the team that the server does not give out
  | "log-act-missing" // a message of the team that the log should have by now
  | "log-fork" // the mirror has another log, signed with the same key

/**
 * Throws `network`, `cancelled`, `mirror` (the mirror has no log to compare) and what a server or a proxy in trouble answers:
 * any status but 404. Whatever else goes wrong is a finding.
 */
export async function lookIntoLog(question: LogQuestion): Promise<LogFinding> {
  const { promise, promiseNote, today } = question;
  const leaves = [promise.existence, promise.content];
  const proofs = leaves.map((leaf) => question.proofs.find((proof) => proof.leaf === leaf)?.proof);
  if (proofs.includes(undefined)) {
    return today > promise.includedBy ? broken("log-promise-broken", { promise: promiseNote }) : { kind: "waiting", by: promise.includedBy };
  }
  try {
    return await look(question, leaves, proofs as string[]);
  } catch (error) {
    if (["network", "cancelled", "mirror"].includes(codeOf(error)) || ((error as Partial<WhistleError>).status ?? 404) !== 404) {
      throw error;
    }
    return broken("log-proof-wrong", { promise: promiseNote, proofs });
  }
}

async function look({ promise, promiseNote, log, keys, acts, done, today, fetch, mirror }: LogQuestion, leaves: readonly Hash[], proofs: readonly string[]): Promise<LogFinding> {
  let index = 0;
  const [checkpoint, same] = leaves.map((leaf, i) => {
    const proof = parseProof(proofs[i] as string);
    index = proof.index; // that of the content leaf, which is the last
    return verifyProof(proof, fromHex(leaf, 32), log);
  }) as [SignedCheckpoint, SignedCheckpoint];
  if (checkpoint.text !== same.text) {
    throw new WhistleError("proof-wrong");
  }
  const own = await readTail(index, checkpoint, fetch);
  const other = mirror && (await mirrorTail(index, log, mirror));
  if (other !== undefined && !isOneLog(own, other)) {
    return broken("log-fork", { checkpoints: [checkpoint.text, other.text] });
  }
  // Either has entries that the other has not yet: what counts is whatever either log was signed with.
  const entries = new Set(own.entries.concat(other?.entries ?? []).map(hex));
  const evidence = { promise: promiseNote, proofs, contentBlind: base64url(keys.contentBlind) };
  const next = Math.max(0, ...acts.map(({ seq }) => seq)) + 1;
  if (entries.has(actLeaf(keys.contentBlind, next))) {
    return broken("log-withheld", { ...evidence, act: next, ...(other && { checkpoints: [other.text] }) });
  }
  const within = promise.includedBy - promise.day;
  const missing = acts.find(({ seq, day }) => today > day + within && !entries.has(actLeaf(keys.contentBlind, seq)));
  if (missing !== undefined) {
    return broken("log-act-missing", { ...evidence, act: missing.seq, day: missing.day });
  }
  const found = (["acknowledged", "feedback", "closed"] as const).filter((what) => {
    const day = done[what];
    return day !== undefined && entries.has(doneLeaf(keys.contentBlind, what, promise.content, day));
  });
  return { kind: "logged", checkpoint, proofs, done: found, vouchers: vouchers(log.policy, checkpoint.note, today) };
}

type Tail = Awaited<ReturnType<typeof readTail>>;

/** The mirror may be down, behind this report, or somebody's who has never seen this log: that says nothing against the log. */
async function mirrorTail(from: number, log: NoteKey, mirror: TileFetch): Promise<Tail & { readonly text: string }> {
  try {
    const head = verifyCheckpoint(fromUtf8(await mirror("checkpoint")), log);
    const tail = await readTail(from, head, mirror);
    if (head.size > from) {
      return { ...tail, text: head.text };
    }
  } catch {
    // as one that is behind
  }
  throw new WhistleError("mirror");
}

/** Both were held against their signed heads. */
function isOneLog(a: Tail, b: Tail): boolean {
  return equal(concat(...a.before), concat(...b.before)) && a.entries.every((entry, i) => i >= b.entries.length || equal(entry, b.entries[i] as Uint8Array));
}

function broken(code: LogFault, evidence: object): LogFinding {
  return { kind: "broken", code, evidence: `${JSON.stringify({ v: 1, kind: code, ...evidence }, null, 2)}\n` };
}
