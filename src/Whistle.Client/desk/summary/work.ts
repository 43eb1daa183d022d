import { utf8 } from "../../lib/bytes.ts";
import { canonicalText, parseJson } from "../../lib/jcs.ts";
import * as shape from "../../lib/shape.ts";
import { addMark, categories, type Mark } from "../model/redaction.ts";

export const outcomes = ["open", "substantiated", "partly", "unsubstantiated", "out-of-scope", "duplicate", "withdrawn", "insufficient"] as const;
export type OutcomeName = (typeof outcomes)[number];

/** A summary that is being written. Who reads it is not in it: approvers are chosen in the moment of proposing. */
export interface SummaryWork {
  readonly title: string;
  readonly outcome: OutcomeName;
  readonly marks: readonly Mark[];
  /** Written by hand; undefined where the text is still made from the marks. */
  readonly edited?: string;
}

export const noWork: SummaryWork = { title: "", outcome: "open", marks: [] };

const workShape = shape.object({
  v: shape.just(1),
  title: shape.text(),
  outcome: shape.oneOf(...outcomes),
  marks: shape.list(shape.object({ start: shape.count, end: shape.count, category: shape.oneOf(...categories) })),
  edited: shape.optional(shape.text()),
});

/** The text of a summary's draft (SPEC section 11); empty where nothing was done yet. */
export function writeWork({ title, outcome, marks, edited }: SummaryWork): string {
  if (title === "" && outcome === noWork.outcome && marks.length === 0 && edited === undefined) {
    return "";
  }
  return canonicalText({ v: 1, title, outcome, marks: marks.map((mark) => ({ ...mark })), ...(edited === undefined ? {} : { edited }) });
}

/**
 * Throws `draft-malformed`, `json-malformed`. Marks are fitted into the original again: a draft is sealed to its author but not signed, and
 * what does not lie in the text marks nothing.
 */
export function readWork(text: string, original: string): SummaryWork {
  if (text === "") {
    return noWork;
  }
  const { title, outcome, marks, edited } = shape.read(workShape, parseJson(utf8(text)), "draft-malformed");
  return {
    title,
    outcome,
    marks: marks.reduce<readonly Mark[]>((kept, mark) => addMark(original, kept, mark), []),
    ...(edited === undefined ? {} : { edited }),
  };
}
