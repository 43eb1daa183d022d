/** One member of a validation problem (SPEC "HTTP API"). */
export interface FieldProblem {
  readonly name: string;
  readonly code: string;
}

export interface ErrorDetails {
  /** HTTP status, where a server answered. */
  readonly status?: number;
  /** The members that a server refused. */
  readonly fields?: readonly FieldProblem[];
  /** 1-based positions of words that are not on the list (`words-not-on-list`). */
  readonly positions?: readonly number[];
  readonly cause?: unknown;
}

/**
 * Every expected failure of the library. Callers branch on `code`, which is stable, never on the message.
 * Neither holds content, keys or words, so that an error can be shown and written down without harm.
 */
export class WhistleError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly fields: readonly FieldProblem[];
  readonly positions: readonly number[];

  constructor(code: string, details: ErrorDetails = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "WhistleError";
    this.code = code;
    this.status = details.status;
    this.fields = details.fields ?? [];
    this.positions = details.positions ?? [];
  }
}

/** The stable code of any thrown value; what is not ours is `unexpected`, an abort `cancelled`. */
export function codeOf(error: unknown): string {
  if (error instanceof WhistleError) {
    return error.code;
  }
  return error instanceof DOMException && error.name === "AbortError" ? "cancelled" : "unexpected";
}
