import { encodeIdentity } from "../../age.ts";
import { concat } from "../../bytes.ts";
import type { Ring } from "../../desk/keyring.ts";
import { openRecovered } from "../../desk/recovered.ts";
import type { DeskApi } from "../../deskApi.ts";
import { isExcluded, readerName, splitReader } from "../../directory.ts";
import { WhistleError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { Day, Id, RunOptions } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import { sealTeamMessage, teamLeaf } from "./letters.ts";
import type { Desk } from "./session.ts";

// SPEC 11.1: cases whose every reader has left, on the device of the person to whom the holders of recovery gave them.

/** Every sealed blob of a channel as the server gives them, one answer after the other, for the holders. Throws `answer-malformed` where it ends early. */
export async function sealedStream(api: DeskApi, channel: Id, progress: (done: number, of: number) => void, options: RunOptions = {}): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const end = (await api.channels(options.signal)).find(({ id }) => id === channel)?.position ?? 0;
  const pages: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < end; ) {
    const blobs = await api.stream(channel, at, options.signal);
    const last = blobs.at(-1)?.position ?? 0;
    if (last <= at) {
      throw new WhistleError("answer-malformed");
    }
    pages.push(new Uint8Array(concat(number(4, blobs.length), ...blobs.flatMap(({ position, blob }) => [number(8, position), blob]))));
    at = last;
    progress(at, end);
  }
  return pages;
}

/** Big-endian, in so many bytes. */
function number(length: 4 | 8, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes.subarray(8 - length);
}

/** The ring with the cases of a file that it did not know and this person did not step back from. Throws `recovery-malformed`, `recovery-not-to-you`. */
export function withRecovered(ring: Ring, file: Uint8Array, desk: Desk): Ring {
  const known = new Set([...ring.cases.map((entry) => entry.case), ...ring.recused]);
  const keys = openRecovered(file, desk.person.id, desk.identity).filter(({ id }) => !known.has(id));
  return keys.length === 0 ? ring : { ...ring, cases: [...ring.cases, ...keys.map((key) => ({ case: key.id, key: encodeIdentity(key.identity) }))] };
}

/**
 * Whether the source knows nothing of this person: then the key came by recovery. Those whom the source chose, and those to whom
 * a colleague gave the case, stand among its readers.
 */
export function isUntold(file: DeskFile, desk: Desk): boolean {
  return file.secret.source !== undefined && !file.readers.includes(readerName(desk.person));
}

/**
 * Tells the source of a reader who came by recovery, before anything of the case is shown. Throws `recovery-left-out` where the
 * source left out this person or recovery, whatever the holders' program made of it: step back then; `stale`, `out-of-sequence`.
 */
export async function tellOfMyself(
  api: DeskApi,
  desk: Desk,
  file: DeskFile,
  explanation: { readonly text: string; readonly lang: string; readonly today: Day },
  random: Random,
  options: RunOptions = {},
): Promise<void> {
  const me = readerName(desk.person);
  if (isExcluded(file.excluded, me) || !file.readers.some((reader) => splitReader(reader).id === "recovery")) {
    throw new WhistleError("recovery-left-out");
  }
  const body = { kind: "reader" as const, text: explanation.text, answers: [{ q: "reader", values: [me] }] };
  const message = sealTeamMessage(desk, file, body, undefined, explanation, random);
  const leaves = [teamLeaf(file, message.seq)];
  await api.sendMessage(file.caseId, { version: file.server.case.version, ...message, attachments: [], counts: "none", leaves }, options.signal);
}
