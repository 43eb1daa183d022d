import type { ComponentChildren, JSX } from "preact";

/** What every field shares. `error` is a whole sentence that says how to put it right. */
export interface FieldText {
  readonly id: string;
  readonly label: string;
  readonly hint?: ComponentChildren | undefined;
  readonly error?: string | undefined;
  /** The label is the page's question: larger. */
  readonly large?: boolean;
  /** The page's heading says the same already: the label is there for screen readers alone. */
  readonly labelHidden?: boolean;
}

/** The ids that describe a field, for `aria-describedby`. */
export function describedBy({ id, hint, error }: FieldText, count = false): string | undefined {
  const ids = [hint === undefined ? "" : `${id}-hint`, error === undefined ? "" : `${id}-error`, count ? `${id}-count` : ""].filter((part) => part !== "");
  return ids.length === 0 ? undefined : ids.join(" ");
}

export function fieldClass({ error }: FieldText): string {
  return error === undefined ? "field" : "field field-invalid";
}

export function labelClass({ large, labelHidden }: FieldText): string {
  if (labelHidden === true) {
    return "visually-hidden";
  }
  return large === true ? "field-label field-label-page" : "field-label";
}

/** Hint and error, in the order in which they are read. */
export function HintAndError({ id, hint, error }: FieldText): JSX.Element {
  return (
    <>
      {hint !== undefined && (
        <div class="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  );
}
