export type StepName =
  | "start" | "channels" | "read" | "ask" | "files" | "who" | "me" | "check" | "sending"
  | "words" | "words-check" | "done" | "lost" | "return" | "mailbox" | "burn" | "burnt";

export interface Step {
  readonly at: StepName;
  /** Page of the questionnaire, for `ask`. */
  readonly page: number;
}

/**
 * The pages that were walked through. The browser's history gets only the number of an entry, and the
 * address never changes: a device that keeps its history on disk says that the page was opened, and
 * nothing about how far anyone went.
 */
export interface Trail {
  readonly steps: readonly Step[];
  readonly index: number;
}

export const start: Step = { at: "start", page: 0 };
export const newTrail: Trail = { steps: [start], index: 0 };

export function forward({ steps, index }: Trail, step: Step): Trail {
  return { steps: [...steps.slice(0, index + 1), step], index: index + 1 };
}

/** The last page is over for good, as after sending: going back must not lead to it. */
export function instead({ steps, index }: Trail, step: Step): Trail {
  return { steps: [...steps.slice(0, index), step], index };
}

/** Where the browser's Back or Forward leads. A number from another life of this tab leads to the start. */
export function jump({ steps }: Trail, entry: unknown): Trail {
  return typeof entry === "number" && Number.isInteger(entry) && entry >= 0 && entry < steps.length ? { steps, index: entry } : { steps, index: 0 };
}

export type Phase = "writing" | "sent" | "over" | "inside";

const ofWriting: ReadonlySet<StepName> = new Set(["channels", "read", "ask", "files", "who", "me", "check", "sending"]);
const ofSent: ReadonlySet<StepName> = new Set(["words", "words-check", "done"]);
const ofInside: ReadonlySet<StepName> = new Set(["mailbox", "burn"]);

/** Whether a page stands on the list of readers. */
export function needsReaders(at: StepName): boolean {
  return ofWriting.has(at);
}

/**
 * The page that may be shown for a step: after sending Back leads to the words, never to a draft that is gone; once two of
 * the words were asked back it leads nowhere, because nothing may show them again.
 */
export function shown(step: Step, phase: Phase, hasChannel: boolean): Step {
  if (phase === "over") {
    return { at: "done", page: 0 };
  }
  if (phase === "sent") {
    return ofSent.has(step.at) ? step : { at: "words", page: 0 };
  }
  if (ofSent.has(step.at) || (ofInside.has(step.at) && phase !== "inside")) {
    return ofInside.has(step.at) ? { at: "return", page: 0 } : start;
  }
  if (ofWriting.has(step.at) && step.at !== "channels" && !hasChannel) {
    return { at: "channels", page: 0 };
  }
  return step;
}
