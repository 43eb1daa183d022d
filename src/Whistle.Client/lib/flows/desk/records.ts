import type { Person } from "../../directory.ts";
import type { LetterFile } from "../../thread.ts";
import type { Day, Hash, Id } from "../../types.ts";
import type { NoteRecord } from "../../note.ts";
import type { DeskNoteRead } from "./file.ts";

// SPEC 5.4.1. What the team keeps of its work, folded from its notes on the device: the server knows of notes alone.

export const taskStates = ["open", "done", "dropped"] as const;
export type TaskState = (typeof taskStates)[number];
export const interviewRoles = ["witness", "accused", "source", "expert", "another"] as const;
export type InterviewRole = (typeof interviewRoles)[number];
export const interviewStates = ["planned", "held", "sent", "signed", "declined"] as const;
export type InterviewState = (typeof interviewStates)[number];
export const linkKinds = ["duplicate", "same-facts", "same-people", "follow-up"] as const;
export type LinkKind = (typeof linkKinds)[number];

/** The kinds that a desk shows as what they are. */
export const recordKinds = ["task", "interview", "evidence", "link", "report", "translation", "protection", "access"] as const;

/** One step of a record: who wrote it, when, and what it said. */
export interface RecordStep {
  readonly id: Id;
  readonly author: Person | undefined;
  /** Unix seconds: notes are staff acts. */
  readonly at: number;
  readonly text: string;
  readonly fields: NoteRecord["fields"];
  readonly files: readonly LetterFile[];
}

/** A record as it stands after all its changes; every step of it stays readable. */
export interface FoldedRecord {
  readonly id: Id;
  readonly kind: string;
  /** The record of another kind to which it belongs. */
  readonly about: Id | undefined;
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** The newest text that is not empty. */
  readonly text: string;
  readonly files: readonly LetterFile[];
  readonly steps: readonly [RecordStep, ...RecordStep[]];
}

type Building = { id: Id; kind: string; about: Id | undefined; fields: Map<string, readonly string[]>; text: string; files: LetterFile[]; steps: [RecordStep, ...RecordStep[]] };

/**
 * Records in the order in which they were begun. Notes whose author is not vouched for, or that do not open, are left
 * out: they are shown as notes, with what is wrong with them.
 */
export function foldRecords(notes: readonly DeskNoteRead[]): readonly FoldedRecord[] {
  const records: Building[] = [];
  const byNote = new Map<Id, Building>();
  for (const note of begunFirst(notes)) {
    const { record } = note;
    if (record === undefined || note.problem !== undefined) {
      continue;
    }
    const step: RecordStep = { id: note.id, author: note.author, at: note.at, text: note.text, fields: record.fields, files: note.files };
    const about = record.about === undefined ? undefined : byNote.get(record.about);
    if (about !== undefined && about.kind === record.kind) {
      record.fields.forEach(({ q, values }) => about.fields.set(q, values));
      about.text = note.text === "" ? about.text : note.text;
      about.files.push(...note.files);
      about.steps.push(step);
      byNote.set(note.id, about);
    } else {
      const begun: Building = {
        id: note.id,
        kind: record.kind,
        about: about?.id ?? record.about,
        fields: new Map(record.fields.map(({ q, values }) => [q, values])),
        text: note.text,
        files: [...note.files],
        steps: [step],
      };
      records.push(begun);
      byNote.set(note.id, begun);
    }
  }
  return records;
}

/** As they came, but each after the one that it is about: notes of one second have no order but that of their random ids. */
function begunFirst(notes: readonly DeskNoteRead[]): readonly DeskNoteRead[] {
  const byId = new Map(notes.map((note) => [note.id, note]));
  const ordered = new Set<DeskNoteRead>();
  const waiting = new Set<DeskNoteRead>();
  const take = (note: DeskNoteRead): void => {
    if (ordered.has(note) || waiting.has(note)) {
      return; // a ring of notes about each other begins where it was met
    }
    waiting.add(note);
    const about = byId.get(note.record?.about ?? "");
    if (about !== undefined) {
      take(about);
    }
    ordered.add(note);
  };
  notes.forEach(take);
  return [...ordered];
}

const first = (record: FoldedRecord, q: string): string => record.fields.get(q)?.[0] ?? "";

/** A day is a whole number since 1970-01-01; anything else is none. */
function dayIn(record: FoldedRecord, q: string): Day | undefined {
  const text = first(record, q);
  return /^(0|[1-9]\d{0,6})$/.test(text) ? Number(text) : undefined;
}

function oneOf<T extends string>(known: readonly T[], text: string, otherwise: T): T {
  return known.find((value) => value === text) ?? otherwise;
}

/** What every record of a kind has. */
interface Kept {
  readonly id: Id;
  readonly text: string;
  readonly files: readonly LetterFile[];
  readonly steps: FoldedRecord["steps"];
}

export interface Task extends Kept {
  readonly title: string;
  readonly due: Day | undefined;
  /** Whose it is; "" for nobody's yet. */
  readonly to: Id;
  readonly state: TaskState;
}

export interface Interview extends Kept {
  readonly who: string;
  readonly role: InterviewRole;
  readonly day: Day | undefined;
  readonly present: readonly string[];
  readonly state: InterviewState;
}

export interface Evidence extends Kept {
  readonly title: string;
  /** Where it comes from: who gave it, out of which system. */
  readonly origin: string;
  readonly day: Day | undefined;
  /** Of each file in its order, 64 hex digits: what `sha256sum` prints for it. */
  readonly sha256: readonly string[];
}

export interface CaseLink extends Kept {
  readonly to: Id;
  readonly relation: LinkKind;
  /** Who could open the other case when the two were linked, by name and key. */
  readonly readers: readonly string[];
  readonly ended: boolean;
}

/** A paper that left the team: who received a report and on what ground, or what was decided on a request for access. */
export interface Paper extends Kept {
  readonly kind: "report" | "access";
  /** Who received it, or the names of the person who asked. */
  readonly to: string;
  readonly ground: string;
  /** Of a report its audience, of a request the decision. */
  readonly about: string;
  readonly sha256: string;
}

export interface Investigation {
  readonly tasks: readonly Task[];
  readonly interviews: readonly Interview[];
  readonly evidence: readonly Evidence[];
  readonly links: readonly CaseLink[];
  readonly papers: readonly Paper[];
  readonly protection: Protection | undefined;
}

const kept = ({ id, text, files, steps }: FoldedRecord): Kept => ({ id, text, files, steps });

/** Open tasks first, the ones due first of them; the rest in the order in which they were begun. */
export function investigationOf(records: readonly FoldedRecord[]): Investigation {
  const of = (kind: string): readonly FoldedRecord[] => records.filter((record) => record.kind === kind);
  const tasks = of("task").map((record) => ({
    ...kept(record), title: first(record, "title"), due: dayIn(record, "due"), to: first(record, "to"), state: oneOf(taskStates, first(record, "state"), "open"),
  }));
  const late = Number.MAX_SAFE_INTEGER;
  return {
    tasks: [
      ...tasks.filter(({ state }) => state === "open").sort((a, b) => (a.due ?? late) - (b.due ?? late)),
      ...tasks.filter(({ state }) => state !== "open"),
    ],
    interviews: of("interview").map((record) => ({
      ...kept(record),
      who: first(record, "who"),
      role: oneOf(interviewRoles, first(record, "role"), "another"),
      day: dayIn(record, "day"),
      present: record.fields.get("present") ?? [],
      state: oneOf(interviewStates, first(record, "state"), "planned"),
    })),
    evidence: of("evidence").map((record) => ({
      ...kept(record), title: first(record, "title"), origin: first(record, "origin"), day: dayIn(record, "day"), sha256: record.fields.get("sha256") ?? [],
    })),
    links: of("link").map((record) => ({
      ...kept(record),
      to: first(record, "to"),
      relation: oneOf(linkKinds, first(record, "relation"), "same-facts"),
      readers: record.fields.get("readers") ?? [],
      ended: first(record, "state") === "ended",
    })),
    papers: records.flatMap((record): Paper[] =>
      record.kind === "report"
        ? [{ ...kept(record), kind: "report", to: first(record, "recipient"), ground: first(record, "ground"), about: first(record, "audience"), sha256: first(record, "sha256") }]
        : record.kind === "access"
          ? [{ ...kept(record), kind: "access", to: (record.fields.get("person") ?? []).join(", "), ground: first(record, "ground"), about: first(record, "decision"), sha256: "" }]
          : [],
    ),
    protection: of("protection").map(protectionOf)[0],
  };
}

/** What a message says in another language, by somebody of the team. */
export interface Translation extends Kept {
  /** Hash of the message's ciphertext. */
  readonly message: Hash;
  readonly lang: string;
}

export function translationsOf(records: readonly FoldedRecord[]): readonly Translation[] {
  return records.filter(({ kind }) => kind === "translation").map((record) => ({ ...kept(record), message: first(record, "message"), lang: first(record, "lang") }));
}

/** What makes retaliation likely, each from 0 (no) to 3 (very much). */
export const riskFactors = ["guessable", "power", "threats", "position", "history"] as const;
export type RiskFactor = (typeof riskFactors)[number];
export type RiskLevel = "low" | "medium" | "high";

/** The protection plan as it stands after all its changes. */
export interface Protection extends Kept {
  readonly scores: ReadonlyMap<RiskFactor, number>;
  readonly score: number;
  readonly level: RiskLevel;
  readonly review: Day | undefined;
}

export function riskScore(scores: ReadonlyMap<RiskFactor, number>): number {
  return riskFactors.reduce((sum, factor) => sum + (scores.get(factor) ?? 0), 0);
}

/** A threat that was made, or somebody who can easily be guessed by whoever has power over them, is seen by the sum: of 15, 5 is medium and 9 high. */
export function riskLevel(score: number): RiskLevel {
  return score >= 9 ? "high" : score >= 5 ? "medium" : "low";
}

function protectionOf(record: FoldedRecord): Protection {
  const scores = new Map(riskFactors.flatMap((factor) => (/^[0-3]$/.test(first(record, factor)) ? [[factor, Number(first(record, factor))] as const] : [])));
  const score = riskScore(scores);
  return { ...kept(record), scores, score, level: riskLevel(score), review: dayIn(record, "review") };
}

/** Fields of a record, those that are undefined left out. */
export function fieldsOf(fields: Readonly<Record<string, string | number | readonly string[] | undefined>>): NoteRecord["fields"] {
  return Object.entries(fields).flatMap(([q, value]) =>
    value === undefined ? [] : [{ q, values: typeof value === "string" ? [value] : typeof value === "number" ? [String(value)] : value }],
  );
}
