/** What the case page draws: opened, checked and named, but free of keys. */
import type { ClockPolicy, RetentionClass } from "../../lib/clocks.ts";
import type { ClosingOutcome, PurgeGround } from "../../lib/desk/summary.ts";
import type { Meeting, MeetingWord } from "../../lib/meeting.ts";
import type { LetterFile } from "../../lib/flows/mailbox.ts";
import type { TeamQuestion, TranscriptWord } from "../../lib/questions.ts";
import type { CheckInWord } from "../../lib/checkIn.ts";
import type { Investigation } from "../../lib/flows/desk.ts";
import type { CaseState, Row } from "./case.ts";

/** `good`: checked with the directory's key. `bad`: opened but the signature is wrong. `unknown`: no key to check with. */
export type SignatureStatus = "good" | "bad" | "unknown";

export type FileView = LetterFile;

export interface AnswerView {
  readonly question: string;
  readonly values: readonly string[];
  /** The values are `yes`, `no` or `unsure`, which the desk words itself. */
  readonly yesNo?: true;
}

export interface LetterView {
  readonly key: string;
  readonly dir: "source" | "team";
  readonly seq: number;
  readonly day: number;
  readonly hash: string;
  readonly kind: "report" | "text" | "reader" | "transcript" | "unreadable" | "purged";
  /** Display name of the team's author; absent for the source. */
  readonly author?: string;
  readonly mine: boolean;
  readonly signature: SignatureStatus;
  readonly text: string;
  readonly answers: readonly AnswerView[];
  readonly files: readonly FileView[];
  readonly fresh: boolean;
  /** What it says of a meeting. */
  readonly meeting?: MeetingWord;
  /** The language that its writer named. */
  readonly lang: string;
  /** What a letter of the team asks. */
  readonly questions: readonly TeamQuestion[];
  /** What a letter of the source says when it is asked whether something was done to it. */
  readonly checkIn?: CheckInWord;
  /** What a letter of the source says of a transcript. */
  readonly transcript?: TranscriptWord;
  /** Of a letter of the team: the day of the first letter in which the source says that it has read it. `no`: none says so. */
  readonly received?: number | "no";
  readonly translations: readonly TranslationView[];
}

export interface TranslationView {
  readonly id: string;
  readonly lang: string;
  readonly text: string;
  readonly author: string;
  /** Unix seconds. */
  readonly at: number;
}

export interface NoteView {
  readonly id: string;
  readonly author: string;
  /** Unix seconds: notes are staff acts. */
  readonly at: number;
  readonly text: string;
  readonly signature: SignatureStatus;
  readonly readable: boolean;
  /** Who is asked to look, and whether I am. */
  readonly mentions: readonly string[];
  readonly mine: boolean;
}

/** An access to the case, or to an object of its files. */
export interface CustodyView {
  readonly at: number;
  readonly actor: string;
  readonly file?: string;
}

export interface HistoryView {
  readonly at: number;
  readonly actor: string;
  readonly act: string;
}

export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly place: string;
}

export interface MemberView extends PersonView {
  /** Day since which the person holds the case; absent where only the source named them. */
  readonly since?: number;
  /** The last day of an absence, and who stands in. */
  readonly away?: { readonly until: number; readonly deputy?: string; readonly deputyHolds: boolean };
}

export interface SummaryView {
  readonly id: string;
  readonly state: "proposed" | "released" | "refused";
  readonly refusal?: string;
  readonly title: string;
  readonly text: string;
  readonly outcome: string;
  readonly proposer: string;
}

export interface ClosingView {
  readonly id: string;
  readonly state: "proposed" | "approved" | "refused" | "done";
  readonly refusal?: string;
  /** Undefined where it can't be read. */
  readonly outcome?: ClosingOutcome;
  readonly retention?: RetentionClass;
  readonly text: string;
  readonly proposer: string;
  readonly mine: boolean;
  /** Whether I am asked, and who is. */
  readonly asked: boolean;
  readonly approvers: readonly string[];
  readonly signature: SignatureStatus;
}

/** What can be deleted without the case: a letter of the source, or the files that came together. */
export interface PurgeTargetView {
  readonly hash: string;
  readonly kind: "letter" | "files";
  /** Of the letter; absent for files of a note. */
  readonly seq?: number;
  readonly day?: number;
  readonly names: readonly string[];
}

export interface PurgeView {
  readonly id: string;
  readonly state: "proposed" | "refused" | "done";
  readonly refusal?: string;
  /** Undefined where it is gone, or can't be read. */
  readonly target?: PurgeTargetView;
  readonly ground?: PurgeGround;
  readonly text: string;
  readonly proposer: string;
  readonly approver?: string;
  readonly mine: boolean;
  readonly asked: boolean;
  readonly approvers: readonly string[];
  readonly signature: SignatureStatus;
}

/** What custodians were asked, and their answer. */
export interface IdentityView {
  readonly id: string;
  readonly state: "waiting" | "answered" | "withdrawn";
  readonly from: string;
  readonly day: number;
  readonly asked: readonly string[];
  /** Empty where it can't be read. */
  readonly reason: string;
  readonly told?: string;
  readonly ground?: string;
  readonly problem?: string;
  readonly answer?: {
    readonly custodian: string;
    readonly outcome?: "released" | "refused" | "none";
    readonly name?: string;
    readonly contact?: string;
    readonly reason?: string;
    readonly problem?: string;
  };
}

export interface CaseView {
  readonly row: Row;
  readonly letters: readonly LetterView[];
  readonly notes: readonly NoteView[];
  readonly history: readonly HistoryView[];
  readonly custody: readonly CustodyView[];
  readonly investigation: Investigation;
  /** Files that hang on notes. */
  readonly noteFiles: readonly FileView[];
  /** Every version of what was written down of an interview with the source. */
  readonly transcripts: readonly string[];
  readonly people: readonly MemberView[];
  /** Whom the case can still be shared with, and whom the source left out. */
  readonly sharable: readonly PersonView[];
  readonly excluded: readonly string[];
  readonly summaries: readonly SummaryView[];
  readonly approvers: readonly PersonView[];
  readonly meeting: Meeting | undefined;
  /** Each check-in by its days: when the mailbox asks, and what the source's signed letter says. */
  readonly checkIns: readonly { readonly mark: number; readonly due: number; readonly word?: CheckInWord; readonly day?: number }[];
  /** The language of what the source wrote last. */
  readonly sourceLang: string;
  readonly closings: readonly ClosingView[];
  /** Who may approve a closing that I propose: one of two is a lead or an approver, where there is one. */
  readonly closers: readonly PersonView[];
  readonly purges: readonly PurgeView[];
  readonly purgeable: readonly PurgeTargetView[];
  readonly identities: readonly IdentityView[];
  /** Who can be asked for the source's name. */
  readonly custodians: readonly PersonView[];
  /** What does not hold together about the whole, as stable codes of the library. */
  readonly problems: readonly string[];
}

export interface Choice {
  readonly id: string;
  readonly label: string;
}

/** A channel as the desk names it. */
export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly entity: string;
  readonly policy: ClockPolicy;
  readonly severities: readonly Choice[];
  /** Steps within a state; none where the taxonomy has none. */
  readonly stages: readonly (Choice & { readonly state: CaseState })[];
  readonly categories: readonly Choice[];
  /** How a severity is found; undefined where the taxonomy has no guide. */
  readonly judging: string | undefined;
  /** What a severity means in a category (which may be "" while none is set). */
  meaning(category: string, severity: string): string | undefined;
}
