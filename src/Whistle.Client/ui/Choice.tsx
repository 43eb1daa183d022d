import type { ComponentChildren, JSX } from "preact";
import { describedBy, fieldClass, HintAndError, labelClass, type FieldText } from "./field.tsx";

export interface Option {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren | undefined;
}

export interface ChoiceProps extends FieldText {
  readonly options: readonly Option[];
  /** The id of the chosen option, or "" for none. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One of several, as radio buttons. The error summary's link leads to the first of them. */
export function Choice(props: ChoiceProps): JSX.Element {
  const { id, label, options, value, onChange } = props;
  return (
    <fieldset class={fieldClass(props)} aria-describedby={describedBy(props)} role="radiogroup">
      <legend class={labelClass(props)}>{label}</legend>
      <HintAndError {...props} />
      <div class="choices">
        {options.map((option, index) => (
          <label class="choice" key={option.id}>
            <input
              id={index === 0 ? id : `${id}-${option.id}`}
              type="radio"
              name={id}
              value={option.id}
              checked={value === option.id}
              onChange={() => onChange(option.id)}
            />
            <span>{option.label}</span>
            {option.hint !== undefined && <span class="hint">{option.hint}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
