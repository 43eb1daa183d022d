import type { JSX } from "preact";
import { describedBy, fieldClass, HintAndError, labelClass, type FieldText } from "./field.tsx";

export interface TextAreaProps extends FieldText {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly tall?: boolean;
  readonly required?: boolean;
  /** Words on how much room is left, made by the caller, who knows the language. */
  readonly count?: string | undefined;
}

/** Long text. It takes more than `max` characters: cutting a paste in silence would lose something. */
export function TextArea(props: TextAreaProps): JSX.Element {
  const { id, label, value, onInput, tall = false, required = false, count } = props;
  return (
    <div class={fieldClass(props)}>
      <label class={labelClass(props)} for={id}>
        {label}
      </label>
      <HintAndError {...props} />
      <textarea
        id={id}
        class={tall ? "input input-tall" : "input"}
        value={value}
        dir="auto"
        autocomplete="off"
        aria-required={required ? "true" : undefined}
        aria-invalid={props.error === undefined ? undefined : "true"}
        aria-describedby={describedBy(props, count !== undefined)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {count !== undefined && (
        <p class="count" id={`${id}-count`}>
          {count}
        </p>
      )}
    </div>
  );
}
