import { clockPolicies, type ClockPolicy } from "../../lib/clocks.ts";
import type { Channel } from "../../lib/directory.ts";
import type { Json } from "../../lib/jcs.ts";

/** A channel as an admin edits it; it becomes the channel member of SPEC section 6. */
export interface ChannelDraft {
  readonly id: string;
  readonly name: Readonly<Record<string, string>>;
  readonly entity: string;
  readonly readers: readonly string[];
  readonly approvers: readonly string[];
  readonly custodians: readonly string[];
  readonly recovery: "offered" | "none";
  readonly policy: ClockPolicy;
  readonly questionnaire: string;
  readonly texts: string;
  readonly taxonomy: string;
}

/** The languages a channel's name can have: those of the source side. */
export const nameLanguages = ["en", "de", "fr", "ar"] as const;

export type DraftProblem = "name" | "entity" | "readers" | "too-many-readers" | "too-many-custodians" | "documents";

/** Readers and recovery together are at most 16, custodians at most 8 (SPEC 6). */
export function problemsOf(draft: ChannelDraft): DraftProblem[] {
  const problems: DraftProblem[] = [];
  if (Object.values(draft.name).every((name) => name.trim() === "")) {
    problems.push("name");
  }
  if (draft.entity.trim() === "") {
    problems.push("entity");
  }
  if (draft.readers.length === 0) {
    problems.push("readers");
  }
  if (draft.readers.length + (draft.recovery === "offered" ? 1 : 0) > 16) {
    problems.push("too-many-readers");
  }
  if (draft.custodians.length > 8) {
    problems.push("too-many-custodians");
  }
  if (draft.questionnaire === "" || draft.texts === "" || draft.taxonomy === "") {
    problems.push("documents");
  }
  return problems;
}

export function toWire(draft: ChannelDraft): Json {
  const name: Record<string, string> = {};
  for (const [language, text] of Object.entries(draft.name)) {
    if (text.trim() !== "") {
      name[language] = text.trim();
    }
  }
  return { ...draft, name, entity: draft.entity.trim() };
}

export function fromWire(json: Json): ChannelDraft | undefined {
  if (typeof json !== "object" || Array.isArray(json)) {
    return undefined;
  }
  const value = json as { readonly [name: string]: Json | undefined };
  const text = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  const list = (name: string): string[] => {
    const found = value[name];
    return Array.isArray(found) ? found.filter((entry): entry is string => typeof entry === "string") : [];
  };
  const names: Record<string, string> = {};
  const given = value["name"];
  if (typeof given === "object" && !Array.isArray(given)) {
    for (const [language, word] of Object.entries(given)) {
      if (typeof word === "string") {
        names[language] = word;
      }
    }
  }
  return {
    id: text("id"),
    name: names,
    entity: text("entity"),
    readers: list("readers"),
    approvers: list("approvers"),
    custodians: list("custodians"),
    recovery: text("recovery") === "offered" ? "offered" : "none",
    policy: clockPolicies.find((policy) => policy === text("policy")) ?? "eu",
    questionnaire: text("questionnaire"),
    texts: text("texts"),
    taxonomy: text("taxonomy"),
  };
}

export function fromChannel(channel: Channel): ChannelDraft {
  return { ...channel };
}
