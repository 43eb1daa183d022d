import type { CaseKey } from "../../caseKey.ts";
import { withMore, type Ring } from "../../desk/keyring.ts";
import type { DeskApi, DeskCase } from "../../deskApi.ts";
import { WhistleError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { SourceApi } from "../../sourceApi.ts";
import type { Day, Id, RunOptions } from "../../types.ts";
import { prepareTip, sendTip, type PreparedTip, type TipInput } from "../submit.ts";
import { noteOf } from "./letters.ts";
import { claimCase, encodeKey } from "./queue.ts";
import type { Desk } from "./session.ts";

// A report that somebody of the team files for a reporter: the same intake as a source's, and the day of receipt.

export interface Filing {
  readonly tip: TipInput;
  /** When the report reached the team; not after today. */
  readonly received: Day;
  /** How it came, and what became of the words. */
  readonly note: string;
}

/** A filing that is sealed. Each step can be done again after a failure, with the same bytes. Secret: memory only. */
export interface PreparedFiling {
  readonly caseId: Id;
  readonly words: readonly string[];
  readonly secret: { readonly tip: PreparedTip; readonly key: CaseKey; readonly filing: Filing; sent: boolean };
}

/** Throws as `prepareTip`; `receipt-later` than today; `not-in-channel` where the filer could not read it, `excluded` where they left themselves out. */
export async function prepareFiling(desk: Desk, filing: Filing, random: Random, options: RunOptions = {}): Promise<PreparedFiling> {
  const { tip, received } = filing;
  if (received > tip.today) {
    throw new WhistleError("receipt-later");
  }
  if (!tip.channel.readers.includes(desk.person.id)) {
    throw new WhistleError("not-in-channel");
  }
  if (tip.unticked.includes(desk.person.id)) {
    throw new WhistleError("excluded");
  }
  const kept: CaseKey[] = [];
  const prepared = await prepareTip(tip, random, options, (key) => kept.push(key));
  const [key] = kept;
  if (key === undefined) {
    throw new WhistleError("key-missing");
  }
  return { caseId: prepared.caseId, words: prepared.words, secret: { tip: prepared, key, filing, sent: false } };
}

/** Sends the tip as any source would, and puts its key into the ring: save that before going on. */
export async function sendFiling(source: SourceApi, ring: Ring, prepared: PreparedFiling, random: Random, options: RunOptions = {}): Promise<Ring> {
  const { secret, caseId } = prepared;
  const { tip } = secret.filing;
  if (!secret.sent) {
    await sendTip(secret.tip, source, random, options);
    secret.sent = true;
  }
  const title = tip.answers.find(({ q }) => q === "title")?.values[0] ?? "";
  const entry = { case: caseId, key: encodeKey(secret.key), channel: tip.channel.id, sheet: { day: tip.today, lang: tip.lang, title } };
  const known = ring.cases.find((other) => other.case === caseId);
  return { ...ring, cases: [...ring.cases.filter((other) => other !== known), withMore(known, entry)] };
}

/** Opens the case for the filer and says when the report was received; its first message does not wait for the batch then. */
export async function completeFiling(api: DeskApi, desk: Desk, ring: Ring, prepared: PreparedFiling, random: Random, options: RunOptions = {}): Promise<DeskCase> {
  const { filing } = prepared.secret;
  const { tip } = filing;
  const claimed = await claimCase(api, desk, ring, prepared.caseId, options);
  const note = noteOf(desk, prepared, { text: filing.note, mentions: [], today: tip.today }, random);
  return api.file(prepared.caseId, claimed.version, filing.received, note, options.signal);
}
