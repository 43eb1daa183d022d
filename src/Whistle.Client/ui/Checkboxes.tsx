import type { JSX } from "preact";
import type { Option } from "./Choice.tsx";
import { describedBy, fieldClass, HintAndError, labelClass, type FieldText } from "./field.tsx";

export interface CheckboxesProps extends FieldText {
  readonly options: readonly Option[];
  /** The ids of the ticked options. */
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

/** Any number of several. The answer keeps the order of the options, not of the clicks. */
export function Checkboxes(props: CheckboxesProps): JSX.Element {
  const { id, label, options, values, onChange } = props;
  return (
    <fieldset class={fieldClass(props)} aria-describedby={describedBy(props)}>
      <legend class={labelClass(props)}>{label}</legend>
      <HintAndError {...props} />
      <div class="choices">
        {options.map((option, index) => (
          <label class="choice" key={option.id}>
            <input
              id={index === 0 ? id : `${id}-${option.id}`}
              type="checkbox"
              value={option.id}
              checked={values.includes(option.id)}
              onChange={(event) => {
                const ticked = event.currentTarget.checked;
                onChange(options.map((o) => o.id).filter((o) => (o === option.id ? ticked : values.includes(o))));
              }}
            />
            <span>{option.label}</span>
            {option.hint !== undefined && <span class="hint">{option.hint}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
