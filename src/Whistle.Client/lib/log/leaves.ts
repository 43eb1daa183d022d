import { fromHex, h, hex, hkdf, hmacSha256, u32, u64, utf8 } from "../bytes.ts";
import type { Day, Hash } from "../types.ts";

// SPEC 16: the leaves that the team's devices leave behind. Existence and content come with the tip (submission.ts).

const salt = "whistle/leaf/v1";

/** What can be done about a tip: it was acknowledged, answered, closed. */
export type DoneAct = "acknowledged" | "feedback" | "closed";

/** The team's n-th message in a thread, from 1. */
export function actLeaf(contentBlind: Uint8Array, n: number): Hash {
  return hex(h(utf8("whistle/leaf/act/v1"), hmacSha256(hkdf(contentBlind, salt, "thread"), u64(n))));
}

export function doneLeaf(contentBlind: Uint8Array, what: DoneAct | "deleted", content: Hash, day: Day): Hash {
  return hex(h(utf8(`whistle/leaf/${what}/v1`), hkdf(contentBlind, salt, what), fromHex(content, 32), u32(day)));
}
