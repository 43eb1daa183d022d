import type { DeskKey, DeskMessages } from "../messages.ts";

/** Audit names with words of their own. A name the desk does not know yet is shown as it is. */
const known: ReadonlyMap<string, DeskKey> = new Map<string, DeskKey>([
  ["case.claimed", "act.case.claimed"],
  ["case.recused", "act.case.recused"],
  ["case.assigned", "act.case.assigned"],
  ["case.acknowledged", "act.case.acknowledged"],
  ["case.in-review", "act.case.in-review"],
  ["case.feedback-given", "act.case.feedback-given"],
  ["case.closed", "act.case.closed"],
  ["case.reopened", "act.case.reopened"],
  ["case.moved", "act.case.moved"],
  ["case.shared", "act.case.shared"],
  ["case.relabelled", "act.case.relabelled"],
  ["message.sent", "act.message.sent"],
  ["note.added", "act.note.added"],
  ["summary.proposed", "act.summary.proposed"],
  ["summary.approved", "act.summary.approved"],
  ["summary.released", "act.summary.released"],
  ["summary.refused", "act.summary.refused"],
  ["person.invited", "act.person.invited"],
  ["person.enrolled", "act.person.enrolled"],
  ["person.disabled", "act.person.disabled"],
  ["person.enabled", "act.person.enabled"],
  ["directory.proposed", "act.directory.proposed"],
  ["directory.signed", "act.directory.signed"],
  ["directory.published", "act.directory.published"],
  ["document.added", "act.document.added"],
  ["channel.drafted", "act.channel.drafted"],
  ["channel.undrafted", "act.channel.undrafted"],
  ["export.made", "act.export.made"],
  ["export.refused", "act.export.refused"],
  ["session.opened", "act.session.opened"],
  ["session.closed", "act.session.closed"],
  ["session.locked", "act.session.locked"],
  ["setup.done", "act.setup.done"],
]);

export function actWords(m: DeskMessages, act: string): string {
  const key = known.get(act);
  return key === undefined ? act : m.text(key);
}
