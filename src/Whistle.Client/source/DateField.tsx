import type { JSX } from "preact";
import { describedBy, fieldClass, HintAndError, labelClass, type FieldText } from "../ui/field.tsx";
import { useSource } from "./context.ts";
import { digits } from "./draft.ts";

export interface DateFieldProps extends FieldText {
  /** `year-month-day` as typed; parts may be empty. */
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** Three small fields instead of a calendar: nobody remembers a wrong from five years ago by its weekday, and a year may be all there is. */
export function DateField(props: DateFieldProps): JSX.Element {
  const { m } = useSource();
  const [year = "", month = "", day = ""] = props.value.split("-");
  const part = (suffix: string, label: string, value: string, max: number, join: (typed: string) => string): JSX.Element => (
    <label class="date-part">
      <span>{label}</span>
      <input
        id={suffix === "day" ? props.id : `${props.id}-${suffix}`}
        class="input"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        size={max}
        maxLength={max}
        value={value}
        dir="ltr"
        aria-invalid={props.error === undefined ? undefined : "true"}
        onInput={(event) => {
          const typed = digits(event.currentTarget.value);
          const joined = join(typed);
          props.onInput(joined === "--" ? "" : joined);
        }}
      />
    </label>
  );
  return (
    <fieldset class={fieldClass(props)} aria-describedby={describedBy(props)}>
      <legend class={labelClass(props)}>{props.label}</legend>
      <HintAndError {...props} />
      <div class="row date">
        {part("day", m.text("ask.day"), day, 2, (typed) => `${year}-${month}-${typed}`)}
        {part("month", m.text("ask.month"), month, 2, (typed) => `${year}-${typed}-${day}`)}
        {part("year", m.text("ask.year"), year, 4, (typed) => `${typed}-${month}-${day}`)}
      </div>
    </fieldset>
  );
}
