import type { DeskMessages } from "../messages.ts";

/** The audit names of the server (SPEC 14.3), each with words of its own; a test of the server holds them to its source. */
const acts = [
  "case.claimed", "case.read", "file.opened", "case.filed", "case.recused", "case.assigned", "case.reclocked", "case.held", "case.hold-ended", "case.acknowledged", "case.in-review", "case.feedback-given", "case.closed",
  "case.reopened", "case.shared", "case.recovery-read", "identity.requested", "identity.requested-untold", "identity.withdrawn", "identity.fetched", "identity.answered", "message.sent", "note.added", "sheet.changed", "closing.proposed", "closing.approved", "closing.refused", "purge.proposed", "purge.done", "purge.refused", "summary.proposed", "summary.released",
  "summary.refused", "person.invited", "person.enrolled", "person.away", "person.back", "person.disabled", "person.enabled", "person.mail-set", "person.mail-cleared", "directory.proposed",
  "directory.signed", "directory.recovery-set", "directory.published", "site.published", "document.added", "channel.drafted", "channel.undrafted", "export.made",
  "export.refused", "session.opened", "session.closed", "session.locked", "setup.done",
] as const;

/** A name that this desk does not know yet is shown as it is. */
export function actWords(m: DeskMessages, act: string): string {
  const known = acts.find((name) => name === act);
  return known === undefined ? act : m.text(`act.${known}`);
}
