// Shapes that several modules and the pages share. Names and limits: SPEC 5 to 8, 13, 14.

/** Days since 1970-01-01 in UTC. */
export type Day = number;
/** 32 lower-case hexadecimal digits. */
export type Id = string;
/** 64 lower-case hexadecimal digits. */
export type Hash = string;
/** `<person id>/<key fingerprint>` or `recovery/<key fingerprint>` (SPEC 2). */
export type ReaderName = string;

/**
 * Readers and people left out that one tip can name: a channel's readers, recovery, custodians and some approvers. More
 * would not fit the state (SPEC 5.7).
 */
export const maxNamed = 31;

export type CaseState = "received" | "acknowledged" | "in-review" | "feedback-given" | "closed" | "reopened";
export type Copy = "kept" | "none";

export interface Answer {
  readonly q: string;
  readonly values: readonly string[];
}

export interface ObjectRef {
  readonly id: Id;
  readonly cipher: Hash;
  readonly size: number;
}

/** A file as a page has it: `data` is read in pieces, twice, and must not change in between. */
export interface PlainFile {
  readonly name: string;
  readonly type: string;
  readonly data: Blob;
}

export type ProgressStep = "sealing" | "working" | "uploading" | "sending" | "checking" | "opening";

export interface Progress {
  readonly step: ProgressStep;
  /** 0 to 1 within the step. For `working` an estimate that never reaches 1 before it is done. */
  readonly done: number;
  /** Which of how many, where the step is made of things that can be counted. */
  readonly at?: number;
  readonly of?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((progress: Progress) => void) | undefined;
}
