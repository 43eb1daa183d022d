import { dayOf } from "./days.ts";
import type { CaseView } from "./views.ts";

/** What happened in a case, or has to, on one day. */
export interface TimelineEntry {
  readonly day: number;
  /** Unix seconds of an act of the team; of the source's acts there is only the day, and of what is due too. */
  readonly at?: number;
  readonly what:
    | { readonly kind: "act"; readonly act: string; readonly actor: string }
    | { readonly kind: "letter"; readonly seq: number }
    | { readonly kind: "note"; readonly author: string; readonly text: string }
    | { readonly kind: "due"; readonly due: "acknowledge" | "feedback" | "meeting" | "kept" | "held"; readonly done: number | undefined }
    | { readonly kind: "task"; readonly title: string; readonly done: boolean }
    | { readonly kind: "interview"; readonly who: string };
}

/**
 * Everything of a case in one list, oldest first. Within a day stands first what has no time: nobody may read from an order when
 * the source was at a keyboard.
 */
export function timelineOf(view: CaseView): readonly TimelineEntry[] {
  const { facts } = view.row;
  const due = (kind: "acknowledge" | "feedback" | "meeting" | "kept" | "held", day: number | undefined, done?: number): TimelineEntry[] => (day === undefined ? [] : [{ day, what: { kind: "due", due: kind, done } }]);
  const notes = view.notes.filter(({ readable }) => readable);
  const entries: TimelineEntry[] = [
    // A letter of the team is an act of its own, with its time.
    ...view.letters.filter(({ dir }) => dir === "source").map(({ day, seq }) => ({ day, what: { kind: "letter" as const, seq } })),
    ...notes.map(({ author, at, text }) => ({ day: dayOf(at * 1000), at, what: { kind: "note" as const, author, text } })),
    ...view.history.filter(({ act, at }) => act !== "note.added" || !notes.some((note) => note.at === at)).map(({ at, act, actor }) => ({ day: dayOf(at * 1000), at, what: { kind: "act" as const, act, actor } })),
    ...view.investigation.tasks.flatMap(({ due: day, title, state }) => (day === undefined || state === "dropped" ? [] : [{ day, what: { kind: "task" as const, title, done: state === "done" } }])),
    ...view.investigation.interviews.flatMap(({ day, who }) => (day === undefined ? [] : [{ day, what: { kind: "interview" as const, who } }])),
    ...due("acknowledge", facts?.acknowledgeBy, facts?.acknowledged),
    ...due("feedback", facts?.feedbackBy, facts?.feedback),
    ...due("meeting", view.meeting?.by, view.meeting?.held),
    ...due("kept", facts?.keepUntil),
    ...due("held", facts?.holdUntil),
  ];
  return entries
    .map((entry, place) => ({ entry, place }))
    .sort((a, b) => a.entry.day - b.entry.day || (a.entry.at ?? 0) - (b.entry.at ?? 0) || a.place - b.place)
    .map(({ entry }) => entry);
}
