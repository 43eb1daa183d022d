import { fromUtf8 } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import { parseCanonical } from "../jcs.ts";
import * as shape from "../shape.ts";
import type { NoteKey } from "../signedNote.ts";
import { isFork, verifyGrowth } from "./growth.ts";
import { verifyCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { readEntries } from "./entries.ts";
import type { TileFetch } from "./tiles.ts";

// What anybody can find out about a log without trusting who runs it (SPEC 16).

const publicShape = shape.object({ v: shape.just(1), kind: shape.oneOf("directory", "export", "site"), id: shape.text(40), hash: shape.hash });

export interface PublicEntry {
  /** The place in the log, from 0. */
  readonly index: number;
  readonly kind: "directory" | "export" | "site";
  readonly id: string;
  readonly hash: string;
}

/** A checkpoint that was verified before, and the log key of that day. */
export interface SeenHead {
  readonly key: Uint8Array;
  readonly checkpoint: string;
}

export interface LogAudit {
  readonly head: SignedCheckpoint;
  /** What was seen before, where there was anything; the log was shown to go on from there. */
  readonly before: SignedCheckpoint | undefined;
  readonly entries: readonly PublicEntry[];
  /** How many are of a kind that this page does not know: of a later version, or of somebody who may write to the log. */
  readonly unknown: number;
}

/** Bytes; nothing in a log is longer (SPEC 16). */
const maxEntry = 1024;

/**
 * Reads the whole log and checks all of it: the log's signature, every entry against the root, and that it goes on from
 * the checkpoint that was seen before. Throws `log-shrunk`, `log-forked`, `log-malformed`, `checkpoint-*`, `not-found`
 * before the first interval, and what `fetch` throws.
 */
export async function auditLog(log: NoteKey, seen: SeenHead | undefined, fetch: TileFetch): Promise<LogAudit> {
  const head = verifyCheckpoint(fromUtf8(await fetch("checkpoint")), log);
  // The log's key may be a new one since: what was kept was verified under the key that was kept with it.
  const before = seen === undefined ? undefined : verifyCheckpoint(seen.checkpoint, { name: log.name, key: seen.key });
  if (before !== undefined) {
    if (isFork(before, head)) {
      throw new WhistleError("log-forked");
    }
    await verifyGrowth(before, head, fetch);
  }
  const entries: PublicEntry[] = [];
  let unknown = 0;
  (await readEntries(0, head, fetch)).forEach((entry, index) => {
    if (entry.length > maxEntry) {
      throw new WhistleError("log-malformed");
    }
    // A blinded entry has 32 bytes.
    if (entry.length !== 32) {
      const read = readPublic(entry, index);
      if (read === undefined) {
        unknown++;
      } else {
        entries.push(read);
      }
    }
  });
  return { head, before, entries, unknown };
}

function readPublic(entry: Uint8Array, index: number): PublicEntry | undefined {
  try {
    const { kind, id, hash } = publicShape(parseCanonical(entry));
    return { index, kind, id, hash };
  } catch {
    return undefined;
  }
}
