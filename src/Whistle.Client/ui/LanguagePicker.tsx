import type { JSX } from "preact";

export interface LanguagePickerProps<L extends string> {
  readonly label: string;
  readonly languages: readonly L[];
  /** Each language by its own name. */
  readonly names: Readonly<Record<L, string>>;
  readonly current: string;
  readonly choose: (language: L) => void;
}

/** Changing the language keeps everything that was written: it only loads another catalogue. */
export function LanguagePicker<L extends string>({ label, languages, names, current, choose }: LanguagePickerProps<L>): JSX.Element {
  return (
    <label class="language">
      <span class="visually-hidden">{label}</span>
      <select
        class="input"
        value={current}
        onChange={(event) => {
          const chosen = languages.find((language) => language === event.currentTarget.value);
          if (chosen !== undefined) {
            choose(chosen);
          }
        }}
      >
        {languages.map((language) => (
          <option key={language} value={language} lang={language}>
            {names[language]}
          </option>
        ))}
      </select>
    </label>
  );
}
