import type { AdminDirectory } from "../../lib/deskApi.ts";
import type { DeskKey, DeskMessages } from "../messages.ts";
import { dayWords } from "./days.ts";

type Change = NonNullable<AdminDirectory["proposed"]>["changes"][number];

const known: ReadonlyMap<string, DeskKey> = new Map<string, DeskKey>([
  ["person-added", "change.person-added"],
  ["person-removed", "change.person-removed"],
  ["person-changed", "change.person-changed"],
  ["key-changed", "change.key-changed"],
  ["channel-added", "change.channel-added"],
  ["channel-removed", "change.channel-removed"],
  ["channel-changed", "change.channel-changed"],
  ["recovery-changed", "change.recovery-changed"],
  ["origins-changed", "change.origins-changed"],
  ["root-changed", "change.root-changed"],
  ["renewed", "change.renewed"],
]);

/** What signing changes, as a sentence: "Adds R. Moreau as reviewer." A kind the desk does not know keeps the server's words. */
export function changeWords(m: DeskMessages, change: Change): string {
  const key = known.get(change.kind);
  return key === undefined ? `${change.kind}: ${change.name} ${change.detail}`.trim() : m.text(key, { name: change.name, detail: change.detail }).trim();
}

/** Words for the first and last day of a directory version. */
export function validityWords(m: DeskMessages, issued: number, expires: number, today: number): string {
  return m.text("directory.validity", { from: dayWords(m.language, issued, today), until: dayWords(m.language, expires, today) });
}
