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

/** Throws `network`, `cancelled` and `mirror` (the mirror has no log to compare) alone: whatever else goes wrong is a finding. */
export async function lookIntoLog(question: LogQuestion): Promise<LogFinding> {
  const { promise, promiseNote, proofs, today } = question;
  if (proofs.length < 2) {
    return today > promise.includedBy ? broken("log-promise-broken", { promise: promiseNote }) : { kind: "waiting", by: promise.includedBy };
  }
  try {
    return await look(question);
  } catch (error) {
    const code = codeOf(error);
    if (code === "network" || code === "cancelled" || code === "mirror") {
      throw error;
    }
    return broken("log-proof-wrong", { promise: promiseNote, proofs: proofs.map(({ proof }) => proof), code });
  }
}

async function look({ promise, promiseNote, proofs, log, keys, acts, done, today, fetch, mirror }: LogQuestion): Promise<LogFinding> {
  const proved = [promise.existence, promise.content].map((leaf) => {
    const text = proofs.find((proof) => proof.leaf === leaf)?.proof ?? "";
    const proof = parseProof(text);
    return { text, index: proof.index, checkpoint: verifyProof(proof, fromHex(leaf, 32), log) };
  });
  const [existence, content] = proved as [(typeof proved)[number], (typeof proved)[number]];
  if (existence.checkpoint.text !== content.checkpoint.text) {
    throw new WhistleError("proof-wrong");
  }
  const { checkpoint } = content;
  const own = await readTail(content.index, checkpoint, fetch);
  const other = mirror && (await mirrorTail(content.index, log, mirror));
  if (other !== undefined && !isOneLog(own, other)) {
    return broken("log-fork", { checkpoints: [checkpoint.text, other.text] });
  }
  // Either has entries that the other has not yet: what counts is whatever either log was signed with.
  const entries = new Set([...own.entries, ...(other?.entries ?? [])].map(hex));
  const evidence = { promise: promiseNote, proofs: proved.map(({ text }) => text), contentBlind: base64url(keys.contentBlind) };
  const next = Math.max(0, ...acts.map(({ seq }) => seq)) + 1;
  if (entries.has(actLeaf(keys.contentBlind, next))) {
    return broken("log-withheld", { ...evidence, act: next });
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
  return { kind: "logged", checkpoint, proofs: proved.map(({ text }) => text), done: found, vouchers: vouchers(log.policy, checkpoint.note, today) };
}

type Tail = Awaited<ReturnType<typeof readTail>>;

/** The mirror may be down, behind this report, or somebody's who has never seen this log: that says nothing against the log. */
async function mirrorTail(from: number, log: NoteKey, mirror: TileFetch): Promise<Tail & { readonly text: string }> {
  try {
    const head = verifyCheckpoint(fromUtf8(await mirror("checkpoint")), log);
    return { ...(await readTail(from, head, mirror)), text: head.text };
  } catch {
    throw new WhistleError("mirror");
  }
}

/** Both were held against their signed heads. */
function isOneLog(a: Tail, b: Tail): boolean {
  return equal(concat(...a.before), concat(...b.before)) && a.entries.every((entry, i) => i >= b.entries.length || equal(entry, b.entries[i] as Uint8Array));
}

function broken(code: LogFault, evidence: object): LogFinding {
  return { kind: "broken", code, evidence: `${JSON.stringify({ v: 1, kind: code, ...evidence }, null, 2)}\n` };
}
