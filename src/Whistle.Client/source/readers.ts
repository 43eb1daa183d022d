import type { Person, Receiver, Recovery } from "../lib/directory.ts";

/** The people a channel can seal to, sorted by what a source decides about. */
export interface Choices {
  readonly people: readonly Person[];
  readonly recovery: Recovery | undefined;
  readonly custodians: readonly Person[];
}

export function choicesOf(receivers: readonly Receiver[], custodians: readonly Receiver[]): Choices {
  return {
    people: receivers.flatMap((receiver) => (receiver.person === undefined ? [] : [receiver.person])),
    recovery: receivers.find((receiver) => receiver.recovery !== undefined)?.recovery,
    custodians: custodians.flatMap((receiver) => (receiver.person === undefined ? [] : [receiver.person])),
  };
}

/** Holders of the recovery key who are left out as readers or custodians. The directory names holders, it gives them no id. */
export function holdersLeftOut({ people, custodians, recovery }: Choices, unticked: readonly string[]): readonly string[] {
  const out = [...people, ...custodians].filter((person) => unticked.includes(person.id)).map((person) => sameName(person.name));
  return (recovery?.holders ?? []).map((holder) => holder.name).filter((name) => out.includes(sameName(name)));
}

/** Leaving out one holder of the recovery key leaves the recovery key out: that person could open the report with it. */
export function effectiveUnticked(choices: Choices, unticked: readonly string[]): readonly string[] {
  return holdersLeftOut(choices, unticked).length > 0 && !unticked.includes("recovery") ? [...unticked, "recovery"] : unticked;
}

/** What a source should know about those who are left. `nobody` can't be sent. */
export type Consequence = "nobody" | "only-recovery" | "one" | "no-lead";

export function consequences(choices: Choices, unticked: readonly string[]): readonly Consequence[] {
  const out = effectiveUnticked(choices, unticked);
  const left = choices.people.filter((person) => !out.includes(person.id));
  if (left.length === 0) {
    return [choices.recovery !== undefined && !out.includes("recovery") ? "only-recovery" : "nobody"];
  }
  const found: Consequence[] = [];
  if (left.length === 1) {
    found.push("one");
  }
  if (choices.people.some((person) => person.role === "lead") && !left.some((person) => person.role === "lead")) {
    found.push("no-lead");
  }
  return found;
}

function sameName(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
