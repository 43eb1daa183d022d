import { messages } from "../../ui/i18n.ts";
import type { DeskKey, DeskMessages } from "../messages.ts";
import de from "../i18n/de.json";
import en from "../i18n/en.json";
import type { CaseFacts, Row } from "./case.ts";

export const english: DeskMessages = messages<DeskKey>("en", en);
export const german: DeskMessages = messages<DeskKey>("de", de);

export const today = 20_000;

export function facts(part: Partial<CaseFacts> = {}): CaseFacts {
  return { policy: "eu", state: "received", version: 1, received: today - 3, acknowledgeBy: today + 4, feedbackBy: today + 96, unread: 0, present: 2, source: "here", ...part };
}

export function row(id: string, part: Partial<Row> = {}): Row {
  return { id, channel: "c1", title: `Case ${id}`, category: "", severity: "", day: today - 3, facts: facts(), duties: [], ...part };
}

/** A row that nobody claimed: the server has said nothing about it. */
export function unclaimed(id: string, part: Partial<Row> = {}): Row {
  const { facts: _, ...rest } = row(id, part);
  return rest;
}
