import type { CaseFacts, CaseState } from "./case.ts";

/** Moves that need no message and no second person (SPEC 14.3). Acknowledgement and feedback are moves that only a reply makes. */
const plain: Readonly<Record<CaseState, readonly CaseState[]>> = {
  received: [],
  acknowledged: ["in-review"],
  "in-review": [],
  "feedback-given": [],
  closed: ["reopened"],
  reopened: ["in-review"],
};

/** From where a case can be closed, by two people (SPEC 12.1). */
export function isClosable(state: CaseState): boolean {
  return state !== "received" && state !== "closed";
}

export type Counts = "none" | "acknowledgement" | "feedback";

export function plainMoves(state: CaseState): readonly CaseState[] {
  return plain[state];
}

/** What the next reply may count as, the likeliest first. */
export function replyCounts(state: CaseState): readonly Counts[] {
  switch (state) {
    case "received":
      return ["acknowledgement", "none"];
    case "in-review":
      return ["none", "feedback"];
    default:
      return ["none"];
  }
}

/** The day the act is due by, where sending it meets a legal deadline. */
export function dueOf(counts: Counts, facts: CaseFacts): number | undefined {
  switch (counts) {
    case "acknowledgement":
      return facts.acknowledgeBy;
    case "feedback":
      return facts.feedbackBy;
    case "none":
      return undefined;
  }
}
