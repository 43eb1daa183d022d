import { decodeRecipient } from "../../age.ts";
import { fromBase64url, hex } from "../../bytes.ts";
import { sealGrant } from "../../desk/grant.ts";
import type { DeskApi, DeskCase } from "../../deskApi.ts";
import { channelById, isExcluded, isExpired, isValidOn, readerName, type Person } from "../../directory.ts";
import { WhistleError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { openSheet, sealSheet, type Sheet } from "../../sheet.ts";
import type { Day, Id, RunOptions } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import { tellsOfAnother } from "./links.ts";
import { actDone, noteOf, sealTeamMessage, teamLeaf } from "./letters.ts";
import { foldRecords, investigationOf } from "./records.ts";
import type { Desk } from "./session.ts";

// What changes a case: its label, and who can read it.

/**
 * A new sheet version with title, category and severity. It goes on from one that opens but whose author nobody vouches
 * for (the file's `problems` say so), else the case could never be labelled again. Throws `stale`, and `sheet-malformed`
 * where the current one is none.
 */
export async function updateSheet(
  api: DeskApi,
  desk: Desk,
  file: DeskFile,
  change: { readonly title: string; readonly category: string; readonly severity: string; readonly today: Day; /** The case that leads, or null for none; left out, it stays. */ readonly leading?: Id | null; /** The step of the taxonomy, or "" for none; left out, it stays. */ readonly stage?: string },
  random: Random,
  options: RunOptions = {},
): Promise<Sheet> {
  if (file.sheet === undefined) {
    throw new WhistleError("sheet-malformed");
  }
  const { key } = file.secret;
  const version = file.sheet.version + 1;
  const stage = change.stage ?? file.sheet.stage ?? "";
  const leading = change.leading === undefined ? file.sheet.leading : (change.leading ?? undefined);
  const sealed = sealSheet(
    {
      case: file.caseId,
      version,
      channel: file.sheet.channel,
      directory: desk.directory.hash,
      day: change.today,
      lang: file.sheet.lang,
      title: change.title,
      category: change.category,
      severity: change.severity,
      ...(leading === undefined ? {} : { leading }),
      ...(stage === "" ? {} : { stage }),
      author: desk.person.id,
    },
    key.identity.recipient,
    desk.directory.root,
    desk.signing,
    random,
  );
  const sheet = openSheet(sealed, key.identity); // nothing is stored that no desk would read
  await api.putSheet(file.caseId, version, sealed, options.signal);
  return sheet;
}

/**
 * Moves a case. Closing it takes a closing that a second person approved, and leaves something in the log that the source looks for; where the first message does not hold
 * there is nothing to look for, and the leaf is random. Throws `stale`, `move-not-allowed`, `closing-not-approved`.
 */
export async function moveCase(
  api: DeskApi,
  desk: Desk,
  file: DeskFile,
  to: DeskCase["state"],
  /** Why: sealed as a note, where a case is reopened. */
  reason: string,
  today: Day,
  random: Random,
  options: RunOptions = {},
): Promise<DeskCase> {
  const leaf = (what: "closed" | "deleted") => (file.secret.content === undefined ? hex(random(32)) : actDone(file, what, today));
  const approved = file.closings.find(({ server }) => server.state === "approved");
  const closing = () => ({ leaf: leaf("closed"), deletion: leaf("deleted"), retention: approved?.text?.retention ?? "standard" });
  const also = to === "closed" ? closing() : to === "reopened" ? { reason: noteOf(desk, file, { text: reason, mentions: [], today }, random) } : {};
  return api.move(file.caseId, file.server.case.version, to, also, options.signal);
}

export type GrantProblem = "excluded" | "linked" | "already-reader" | "not-valid-now" | "wrong-role" | "not-in-channel";

/**
 * Why this person can't be given the case, or undefined. Only the readers of its channel can: they are those whom the
 * source was shown and could leave out. Code for `grantCase`.
 */
export function grantProblem(file: DeskFile, desk: Desk, to: Person, today: Day): GrantProblem | undefined {
  const reader = readerName(to);
  if (isExcluded(file.excluded, reader)) {
    return "excluded";
  }
  if (to.role !== "lead" && to.role !== "reviewer") {
    return "wrong-role";
  }
  // The sheet is signed; what the server calls the channel is its own word.
  const channels = new Set([file.server.case.channel, file.sheet?.channel ?? file.server.case.channel]);
  if (![...channels].every((id) => channelById(desk.directory.content, id)?.readers.includes(to.id) === true)) {
    return "not-in-channel";
  }
  if (file.readers.includes(reader)) {
    return "already-reader";
  }
  if (tellsOfAnother(investigationOf(foldRecords(file.notes)).links, reader)) {
    return "linked";
  }
  return isValidOn(to, today) ? undefined : "not-valid-now";
}

/**
 * Re-seals the key to one person and tells the source, in one transaction. Throws a `grantProblem` code,
 * `directory-expired` or `first-message-invalid` (the list of those left out is not known then) before sealing anything.
 */
export async function grantCase(
  api: DeskApi,
  desk: Desk,
  file: DeskFile,
  to: Person,
  explanation: { readonly text: string; readonly lang: string; readonly today: Day },
  random: Random,
  options: RunOptions = {},
): Promise<void> {
  const { key, source } = file.secret;
  const problem = source === undefined ? "first-message-invalid" : grantProblem(file, desk, to, explanation.today);
  if (problem !== undefined || source === undefined) {
    throw new WhistleError(problem ?? "first-message-invalid");
  }
  if (isExpired(desk.directory.content, explanation.today)) {
    throw new WhistleError("directory-expired");
  }
  const reader = readerName(to);
  const ciphertext = sealGrant(
    {
      key,
      to,
      from: desk.person.id,
      directory: desk.directory.hash,
      source: { signing: fromBase64url(source.signing, 32), reply: decodeRecipient(source.reply) },
      readers: [...file.readers, reader],
      excluded: file.excluded,
    },
    desk.directory.root,
    desk.signing,
    random,
  );
  const body = { kind: "reader" as const, text: explanation.text, answers: [{ q: "reader", values: [reader] }] };
  const message = sealTeamMessage(desk, file, body, undefined, explanation, random);
  await api.grant(file.caseId, { to: to.id, ciphertext, seq: message.seq, message: message.ciphertext, leaf: teamLeaf(file, message.seq) }, options.signal);
}
