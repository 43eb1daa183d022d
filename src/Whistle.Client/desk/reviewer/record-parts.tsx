import type { ComponentChildren, JSX } from "preact";
import { Button } from "../../ui/Button.tsx";
import { isoDay } from "../../lib/days.ts";
import { useDesk } from "../context.ts";
import { timeWords } from "../model/days.ts";
import type { RecordStep } from "../../lib/flows/desk.ts";

// What the forms of the investigation have in common.

export interface Problems {
  readonly [field: string]: string | undefined;
}

/** A day as `YYYY-MM-DD`, or "". */
export function DayField({ id, label, value, onInput, error, min }: { readonly id: string; readonly label: string; readonly value: string; readonly onInput: (value: string) => void; readonly error?: string | undefined; readonly min?: number }): JSX.Element {
  return (
    <div class={error === undefined ? "field" : "field field-wrong"}>
      <label class="field-label" for={id}>{label}</label>
      {error === undefined ? null : <p class="field-error" id={`${id}-error`}>{error}</p>}
      <input
        id={id}
        class="input input-short"
        type="date"
        min={min === undefined ? undefined : isoDay(min)}
        value={value}
        aria-invalid={error === undefined ? undefined : "true"}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

/** One of a few, in a list that opens. */
export function SelectField({ id, label, value, onInput, options, error }: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly error?: string | undefined;
}): JSX.Element {
  return (
    <div class={error === undefined ? "field" : "field field-wrong"}>
      <label class="field-label" for={id}>{label}</label>
      {error === undefined ? null : <p class="field-error" id={`${id}-error`}>{error}</p>}
      <select
        id={id}
        class="input"
        value={value}
        aria-invalid={error === undefined ? undefined : "true"}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onChange={(event) => onInput(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.id} value={option.id}>{option.label}</option>
        ))}
      </select>
    </div>
  );
}

/** One part of the investigation: a heading, what there is, and the form behind a button. */
export function Part({ title, hint, none, empty, add, open, setOpen, form, children }: {
  readonly title: string;
  readonly hint: string;
  readonly none: string;
  readonly empty: boolean;
  /** The words of the button; undefined where nothing can be added. */
  readonly add: string | undefined;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly form: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="record-part stack-tight" aria-label={title}>
      <h2>{title}</h2>
      <p class="hint">{hint}</p>
      {empty ? <p class="soft">{none}</p> : children}
      {open ? form : add === undefined ? null : <div><Button onClick={() => setOpen(true)}>{add}</Button></div>}
    </section>
  );
}

/** Who wrote what of a record, and when; every step of it. */
export function Steps({ steps }: { readonly steps: readonly RecordStep[] }): JSX.Element {
  const { m } = useDesk();
  return (
    <details class="record-steps small">
      <summary>{m.count("record.steps", steps.length)}</summary>
      <ol>
        {steps.map((step) => (
          <li key={step.id}>
            {timeWords(m.language, step.at)} <span class="soft" dir="auto">{step.author?.name ?? m.text("letter.someone")}</span>
            {step.text === "" ? null : <p class="letter" dir="auto">{step.text}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}

export function SaveRow({ working, cancel }: { readonly working: boolean; readonly cancel: () => void }): JSX.Element {
  const { m } = useDesk();
  return (
    <div class="row">
      <Button kind="main" submit inactive={working}>{m.text(working ? "note.saving" : "note.save")}</Button>
      <Button kind="plain" onClick={cancel}>{m.text("cancel")}</Button>
    </div>
  );
}
