import type { DeskMessages } from "../messages.ts";
import type { CaseView, ChannelView } from "./views.ts";
import { actWords } from "./acts.ts";
import { dayWords, timeWords } from "./days.ts";

/** The parts of a case report; the second list can tell who the source is, and is left out unless somebody chooses it. */
export const plainParts = ["facts", "outcome", "tasks", "interviews", "evidence"] as const;
export const revealingParts = ["title", "letters", "source-files", "source-interviews", "team-letters", "notes", "people", "history"] as const;
export const reportParts = [...plainParts, ...revealingParts] as const;
export type ReportPart = (typeof reportParts)[number];

export const audiences = ["investigator", "counsel", "authority", "management", "another"] as const;
export type Audience = (typeof audiences)[number];

export interface ReportLine {
  /** A name before the text, or a heading of its own. */
  readonly label?: string;
  readonly text: string;
}

export interface ReportSection {
  readonly part: ReportPart;
  readonly title: string;
  readonly lines: readonly ReportLine[];
}

/** What a report says, from what this device opened. A part without anything in it is left out. */
export function reportOf(view: CaseView, channel: ChannelView | undefined, parts: ReadonlySet<ReportPart>, m: DeskMessages, today: number): readonly ReportSection[] {
  const day = (value: number): string => dayWords(m.language, value, today);
  const { facts } = view.row;
  const { investigation } = view;
  const label = (list: ChannelView["severities"] | undefined, id: string): string => list?.find((one) => one.id === id)?.label ?? m.text("labels.none");
  const of: Readonly<Record<ReportPart, () => readonly ReportLine[]>> = {
    facts: () => [
      { label: m.text("report.channel"), text: channel === undefined ? m.text("row.otherChannel") : `${channel.name} · ${channel.entity}` },
      { label: m.text("labels.severity"), text: label(channel?.severities, view.row.severity) },
      { label: m.text("labels.category"), text: label(channel?.categories, view.row.category) },
      ...(facts === undefined ? [] : [
        { label: m.text("report.state"), text: m.text(`state.${facts.state}`) },
        ...(facts.closed === undefined ? [] : [{ label: m.text("clock.closed"), text: day(facts.closed) }]),
      ]),
    ],
    outcome: () => [
      ...view.closings.flatMap((closing) =>
        closing.outcome === undefined || closing.signature !== "good" || (closing.state !== "approved" && closing.state !== "done") ? [] : [{ label: m.text(`outcome.${closing.outcome}`), text: closing.text }],
      ),
      ...view.summaries.flatMap((summary) => (summary.state === "released" ? [{ label: summary.title, text: summary.text }] : [])),
    ],
    tasks: () => investigation.tasks.map((task) => ({ label: task.title, text: m.text(`task.state.${task.state}`) })),
    interviews: () => investigation.interviews.flatMap((interview) => (interview.role === "source" ? [] : [interviewLine(interview, m, day)])),
    evidence: () =>
      investigation.evidence.map((item) => ({
        label: item.title,
        text: [
          [item.origin, ...(item.day === undefined ? [] : [day(item.day)])].join(" · "),
          item.text,
          ...item.files.map((file, i) => `${file.name} SHA-256 ${item.sha256[i] ?? m.text("evidence.noHash")}`),
        ].filter((line) => line !== "").join("\n"),
      })),
    title: () => (view.row.title === "" ? [] : [{ text: view.row.title }]),
    letters: () =>
      view.letters.flatMap((letter) =>
        !isToldBySource(letter) || letter.kind === "unreadable" ? [] : [
          { label: day(letter.day), text: [letter.kind === "purged" ? m.text("letter.purged") : letter.text, ...letter.answers.map((answer) => `${answer.question}: ${answer.values.map((value) => (answer.yesNo === true ? m.text(value === "yes" ? "yes" : value === "no" ? "no" : "unsure") : value)).join(", ")}`)].join("\n") },
        ],
      ),
    "source-files": () => view.letters.flatMap((letter) => (letter.dir === "source" ? letter.files.map((file) => ({ text: file.gone ? `${file.name} (${m.text("file.gone")})` : file.name })) : [])),
    "source-interviews": () => investigation.interviews.flatMap((interview) => (interview.role === "source" ? [interviewLine(interview, m, day)] : [])),
    "team-letters": () => view.letters.flatMap((letter) => (!isToldBySource(letter) && letter.kind !== "unreadable" ? [{ label: `${day(letter.day)}, ${letter.author ?? m.text("letter.someone")}`, text: letter.text }] : [])),
    notes: () => view.notes.flatMap((note) => (note.readable && note.text !== "" ? [{ label: `${timeWords(m.language, note.at)}, ${note.author}`, text: note.text }] : [])),
    people: () => [
      ...view.people.map((person) => ({ text: person.name })),
      ...(view.excluded.length === 0 ? [] : [{ text: m.text("people.excluded", { names: view.excluded.join(", ") }) }]),
    ],
    history: () => [
      // The day of an acknowledgement is near the day on which the source wrote.
      ...(facts === undefined ? [] : [{ label: m.text("clock.received"), text: day(facts.received) }]),
      ...(facts?.acknowledged === undefined ? [] : [{ label: m.text("clock.acknowledge"), text: day(facts.acknowledged) }]),
      ...(facts?.feedback === undefined ? [] : [{ label: m.text("clock.feedback"), text: day(facts.feedback) }]),
      ...view.history.map((entry) => ({ label: timeWords(m.language, entry.at), text: `${actWords(m, entry.act)} ${entry.actor}` })),
    ],
  };
  return reportParts.flatMap((part) => {
    const lines = parts.has(part) ? of[part]() : [];
    return lines.length === 0 ? [] : [{ part, title: m.text(`report.part.${part}`), lines }];
  });
}

function interviewLine(interview: CaseView["investigation"]["interviews"][number], m: DeskMessages, day: (value: number) => string): ReportLine {
  return {
    label: [interview.who, m.text(`interview.role.${interview.role}`), ...(interview.day === undefined ? [] : [day(interview.day)]), m.text(`interview.state.${interview.state}`)].join(", "),
    text: [...(interview.present.length === 0 ? [] : [m.text("interview.with", { names: interview.present.join(", ") })]), interview.text].filter((line) => line !== "").join("\n"),
  };
}

/** The report as plain text: what is hashed, and searched for the source's own words. */
export function reportText(sections: readonly ReportSection[]): string {
  return sections.map((section) => [section.title, ...section.lines.map((line) => (line.label === undefined ? line.text : `${line.label}: ${line.text}`))].join("\n")).join("\n\n");
}

/** Whether a letter holds what the source told: its own, and the transcript that the team wrote of it. */
export function isToldBySource({ dir, kind }: Pick<CaseView["letters"][number], "dir" | "kind">): boolean {
  return dir === "source" || kind === "transcript";
}

/** The source's own words, in whatever was opened of them. */
export function sourceWords(view: CaseView): readonly string[] {
  return [
    ...view.letters.flatMap((letter) => (isToldBySource(letter) ? [letter.text, ...letter.translations.map(({ text }) => text), ...letter.answers.flatMap((answer) => (answer.yesNo === true ? [] : answer.values))] : [])),
    ...view.investigation.interviews.flatMap((interview) => (interview.role === "source" ? [interview.text] : [])),
    ...view.transcripts,
  ];
}
