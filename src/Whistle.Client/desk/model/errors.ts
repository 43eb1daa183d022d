import { codeOf, WhistleError } from "../../lib/errors.ts";
import type { DeskMessages } from "../messages.ts";

const codes = [
  "network", "signed-out", "not-found", "stale", "out-of-sequence", "move-not-allowed", "sign-in-failed", "sign-in-locked",
  "invitation-unknown", "login-taken", "code-wrong", "setup-unknown", "same-person", "signature-invalid", "summary-differs",
  "export-scan-failed", "receipt-later", "answers-invalid", "nobody-left", "too-many-left-out", "identity-too-long", "identity-pending", "custodians-wrong", "source-untold", "reason-missing", "identity-invalid", "custodian-unknown", "promise-invalid", "closing-not-approved", "closing-pending", "closing-differs", "purge-differs", "purge-pending", "purge-unknown", "case-held", "recovery-malformed", "recovery-not-to-you", "recovery-left-out", "approver-unfit", "no-directory", "not-in-directory", "directory-malformed", "directory-root-mismatch",
  "directory-under-signed", "directory-rolled-back", "directory-expired", "directory-origin", "answer-malformed",
  "passphrase-wrong", "words-count", "text-too-long", "files-too-large", "files-too-many", "file-changed", "part-differs",
  "excluded", "linked", "link-itself", "link-readers", "link-readers-unknown", "case-differs", "not-in-channel", "already-reader", "log-shrunk", "log-forked", "log-malformed", "checkpoint-malformed", "checkpoint-unsigned", "checkpoint-origin", "not-valid-now", "wrong-role", "first-message-missing", "document-malformed", "guide-malformed",
  "document-hash", "root-key-wrong", "root-key-malformed", "key-not-in-root", "key-file-malformed", "key-name-malformed",
  "identity-malformed", "signature-unknown", "note-malformed", "attachment-invalid", "key-missing", "no-keys", "login-form",
  "roles-apart", "last-admin", "person-disabled", "proposal-missing", "proposal-outdated", "signature-malformed",
  "directory-not-next", "directory-changed", "root-change-untold", "too-large", "http-413", "quarter-form", "filter-too-long", "name-wrong", "mail-missing", "mail-too-long", "mail-wrong",
] as const;

/** Words for any failure. Nothing is ever shown as a bare code; an unknown one still says what is safe. */
export function errorWords(m: DeskMessages, error: unknown): string {
  const code = codeOf(error);
  if (error instanceof WhistleError && code === "words-not-on-list") {
    return m.count("error.words", error.positions.length, { positions: error.positions.join(", ") });
  }
  const fields = error instanceof WhistleError ? error.fields.map((field) => field.code) : [];
  const known = codes.find((c) => c === code) ?? codes.find((c) => fields.includes(c));
  return known === undefined ? m.text("error.unexpected", { code }) : m.text(`error.${known}`);
}
