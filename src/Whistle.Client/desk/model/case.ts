import type { Duty } from "../../lib/flows/desk.ts";
import { acknowledgeBy, isLaw, meetBy, type ClockPolicy } from "../../lib/clocks.ts";

/**
 * What the desk knows of one case. The first half comes from the sheet this device opened; the second half exists
 * only after a claim (SPEC 14.3), because before it no request may name the case.
 */
export type CaseState = "received" | "acknowledged" | "in-review" | "feedback-given" | "closed" | "reopened";

export interface CaseFacts {
  /** The case's own clocks: those of its channel when it came in, or those it was moved to. */
  readonly policy: ClockPolicy;
  readonly state: CaseState;
  readonly version: number;
  /** All days are whole days since 1970-01-01 in UTC. */
  readonly received: number;
  readonly acknowledgeBy: number;
  readonly acknowledged?: number;
  readonly feedbackBy: number;
  readonly feedback?: number;
  readonly closed?: number;
  /** Of a closed case: the last day on which it is kept; and one through which it may not be deleted. */
  readonly keepUntil?: number;
  readonly holdUntil?: number;
  readonly assignee?: string;
  readonly unread: number;
  /** How many hold the case and are there, this person among them where they are. */
  readonly present: number;
  readonly source: "here" | "gone";
}

export interface Row {
  readonly id: string;
  readonly channel: string;
  readonly title: string;
  readonly category: string;
  readonly severity: string;
  /** Id of the taxonomy's step at which the case is. */
  readonly stage?: string;
  /** Held, and its sheet is not opened yet: title and labels are still to come. */
  readonly opening?: true;
  /** Another case of this list, which leads: its title. */
  readonly leading?: string;
  /** The day the sheet was written, which for an unclaimed case stands in for the day of receipt. */
  readonly day: number;
  /** Absent until the case is claimed. */
  readonly facts?: CaseFacts;
  /** What this device read that has to be done, beside the law's own clocks. */
  readonly duties: readonly Duty[];
}

export type Due = { readonly act: "acknowledge" | "feedback"; readonly by: number };

/**
 * The next legal act the team owes, or nothing where all is done or the case has no legal clock. Of a case that
 * this person did not open nothing is known: a colleague may have done what the law asks (see `arrival`).
 */
export function nextDue(row: Row): Due | undefined {
  const { facts } = row;
  if (facts === undefined || facts.state === "closed" || !isLaw(facts.policy)) {
    return undefined;
  }
  if (facts.acknowledged === undefined) {
    return { act: "acknowledge", by: facts.acknowledgeBy };
  }
  if (facts.feedback === undefined) {
    return { act: "feedback", by: facts.feedbackBy };
  }
  return undefined;
}

/** Days that a source has to answer a check-in before its silence is the team's to think about. */
export const checkInPatience = 14;

export interface OwnDue {
  readonly kind: Duty["kind"];
  readonly by: number;
}

/**
 * The next of what the team itself has to do in a case that is not closed. A meeting has a day where the case's law names one. Of the
 * check-ins the newest that the source was asked for counts alone, once it had time to answer, and while there is somebody to ask.
 */
export function nextDuty(row: Row, today: number): OwnDue | undefined {
  const { facts, duties } = row;
  if (facts === undefined || facts.state === "closed") {
    return undefined;
  }
  const asked = Math.max(...duties.flatMap(({ kind, day }) => (kind === "check-in" && day <= today ? [day] : [])));
  const due = duties.flatMap(({ kind, day }): OwnDue[] => {
    switch (kind) {
      case "task":
      case "review":
        return [{ kind, by: day }];
      case "meeting": {
        const by = meetBy(facts.policy, day);
        return by === undefined ? [] : [{ kind, by }];
      }
      case "check-in":
        return day === asked && day + checkInPatience <= today && facts.source === "here" ? [{ kind, by: day + checkInPatience }] : [];
    }
  });
  return due.sort((a, b) => a.by - b.by)[0];
}

/** In whole days: how long ago a case came in, and how many the law still leaves to acknowledge it, where it does. */
export type Arrival = { readonly ago: number; readonly left?: number };

/** All that can be said truly of a case this person has not opened; nothing for one they hold. */
export function arrival(row: Row, policy: ClockPolicy, today: number): Arrival | undefined {
  if (row.facts !== undefined) {
    return undefined;
  }
  const ago = Math.max(0, today - row.day);
  const left = acknowledgeBy(policy, row.day) - today;
  return isLaw(policy) && left >= 0 ? { ago, left } : { ago };
}
