import { base64, fromBase64 } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import type { NoteKey } from "../signedNote.ts";
import { readHash, verifyCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { includes, leafHash, maxProof } from "./tree.ts";

// C2SP tlog-proof: that an entry is in a log, in one text that is checked without a network.

export interface InclusionProof {
  readonly index: number;
  /** What is needed to make the entry anew, and nobody's word: for a content leaf its blind (SPEC 16). */
  readonly extra?: Uint8Array | undefined;
  /** From the leaf's sibling up to the root's child. */
  readonly hashes: readonly Uint8Array[];
  /** The log's checkpoint, byte for byte, cosignatures and all. */
  readonly checkpoint: string;
}

const firstLine = "c2sp.org/tlog-proof@v1";

/** Nothing is verified. Throws `proof-malformed`. */
export function parseProof(text: string): InclusionProof {
  const split = text.indexOf("\n\n");
  const [first, ...lines] = split < 0 ? [] : text.slice(0, split).split("\n");
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith("extra ") === true) {
    try {
      extra = fromBase64((lines.shift() as string).slice(6));
    } catch {
      throw new WhistleError("proof-malformed");
    }
  }
  const indexLine = lines.shift() ?? "";
  const index = Number(/^index (0|[1-9][0-9]*)$/.exec(indexLine)?.[1]);
  const hashes = lines.map(readHash).filter((hash) => hash !== undefined);
  if (first !== firstLine || !Number.isSafeInteger(index) || hashes.length !== lines.length || lines.length > maxProof) {
    throw new WhistleError("proof-malformed");
  }
  return { index, extra, hashes, checkpoint: text.slice(split + 2) };
}

export function proofText({ index, extra, hashes, checkpoint }: InclusionProof): string {
  return [firstLine, ...(extra === undefined ? [] : [`extra ${base64(extra)}`]), `index ${index}`, ...hashes.map(base64), "", checkpoint].join("\n");
}

/** Whether the log says that it holds this entry. Throws `proof-wrong`, and what `verifyCheckpoint` throws. */
export function verifyProof(proof: InclusionProof, entry: Uint8Array, log: NoteKey): SignedCheckpoint {
  const checkpoint = verifyCheckpoint(proof.checkpoint, log);
  if (!includes(checkpoint.size, checkpoint.root, proof.index, leafHash(entry), proof.hashes)) {
    throw new WhistleError("proof-wrong");
  }
  return checkpoint;
}
