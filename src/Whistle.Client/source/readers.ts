import { isValidOn, personById, type Channel, type DirectoryContent, type Person, type Receiver, type Recovery } from "../lib/directory.ts";
import type { Day } from "../lib/types.ts";

/** The people a channel can seal to, sorted by what a source decides about. */
export interface Choices {
  readonly people: readonly Person[];
  /** Readers of the channel to whom nothing can be sealed on this day, and to whom the team may give the report later. */
  readonly later: readonly Person[];
  readonly recovery: Recovery | undefined;
  readonly custodians: readonly Person[];
}

export function choicesOf(receivers: readonly Receiver[], custodians: readonly Receiver[], later: readonly Person[]): Choices {
  return {
    later,
    people: receivers.flatMap((receiver) => (receiver.person === undefined ? [] : [receiver.person])),
    recovery: receivers.find((receiver) => receiver.recovery !== undefined)?.recovery,
    custodians: custodians.flatMap((receiver) => (receiver.person === undefined ? [] : [receiver.person])),
  };
}

/** The readers of a channel whose keys are not valid on a day: not yet, or no longer until they are renewed. */
export function laterReaders(content: DirectoryContent, channel: Channel, today: Day): readonly Person[] {
  return channel.readers.flatMap((id) => {
    const person = personById(content, id);
    return person === undefined || isValidOn(person, today) ? [] : [person];
  });
}

/** Holders of the recovery key who are left out as readers or custodians. The directory names holders, it gives them no id. */
export function holdersLeftOut({ people, later, custodians, recovery }: Choices, unticked: readonly string[]): readonly string[] {
  const out = [...people, ...later, ...custodians].filter((person) => unticked.includes(person.id)).map((person) => sameName(person.name));
  return (recovery?.holders ?? []).map((holder) => holder.name).filter((name) => out.includes(sameName(name)));
}

/** Leaving out one holder of the recovery key leaves the recovery key out: that person could open the report with it. */
export function effectiveUnticked(choices: Choices, unticked: readonly string[]): readonly string[] {
  return holdersLeftOut(choices, unticked).length > 0 && !unticked.includes("recovery") ? [...unticked, "recovery"] : unticked;
}

/** Everyone of this channel whom the report must name as left out: readers of today and later, custodians, and `recovery`. */
export function leftOutIds(choices: Choices, unticked: readonly string[]): readonly string[] {
  const { people, later, custodians, recovery } = choices;
  const offered = new Set([...[...people, ...later, ...custodians].map((person) => person.id), ...(recovery === undefined ? [] : ["recovery"])]);
  return effectiveUnticked(choices, unticked).filter((id) => offered.has(id));
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
