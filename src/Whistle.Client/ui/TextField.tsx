import type { JSX, TargetedInputEvent } from "preact";
import { describedBy, fieldClass, HintAndError, labelClass, type FieldText } from "./field.tsx";

export interface TextFieldProps extends FieldText {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: "text" | "password";
  readonly short?: boolean;
  readonly inputMode?: "text" | "numeric";
  /** Left out: `off`, because a browser must not remember what a source types. */
  readonly autocomplete?: string;
  readonly required?: boolean;
  /** Text that is the same in every language (a code, a login name) is always written from left to right. */
  readonly code?: boolean;
  /** Words on how much room is left. */
  readonly count?: string | undefined;
}

/** One line of text. */
export function TextField(props: TextFieldProps): JSX.Element {
  const { id, label, value, onInput, type = "text", short = false, inputMode, autocomplete = "off", required = false, code = false, count } = props;
  const shared = {
    id,
    class: short ? "input input-short" : "input",
    value,
    dir: code ? "ltr" : "auto",
    inputMode,
    autocomplete,
    autoCapitalize: code ? "none" : undefined,
    spellcheck: code ? false : undefined,
    "aria-required": required ? "true" : undefined,
    "aria-invalid": props.error === undefined ? undefined : "true",
    "aria-describedby": describedBy(props, count !== undefined),
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onInput(event.currentTarget.value),
  } as const;
  return (
    <div class={fieldClass(props)}>
      <label class={labelClass(props)} for={id}>
        {label}
      </label>
      <HintAndError {...props} />
      {type === "password" ? <input type="password" {...shared} /> : <input type="text" {...shared} />}
      {count !== undefined && (
        <p class="count" id={`${id}-count`}>
          {count}
        </p>
      )}
    </div>
  );
}
