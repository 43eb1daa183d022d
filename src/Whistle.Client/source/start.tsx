import type { JSX } from "preact";
import type { Messages } from "../ui/i18n.ts";
import { languageNames, languages, type Language, type SourceKey } from "./language.ts";

export interface StartProps {
  readonly m: Messages<SourceKey>;
  readonly choose: (language: Language) => void;
}

/** The two doors: report something, or come back with the words. */
export function Start({ m, choose }: StartProps): JSX.Element {
  return (
    <main>
      <label>
        {m.text("language")}{" "}
        <select
          value={m.language}
          onChange={(event) => {
            const chosen = languages.find((language) => language === event.currentTarget.value);
            if (chosen !== undefined) {
              choose(chosen);
            }
          }}
        >
          {languages.map((language) => (
            <option key={language} value={language} lang={language}>
              {languageNames[language]}
            </option>
          ))}
        </select>
      </label>
      <h1>{m.text("heading")}</h1>
      <a class="door" href="#/report">{m.text("report")}</a>
      <a class="door" href="#/return">{m.text("return")}</a>
      <h2>{m.text("before")}</h2>
      <ul>
        <li>{m.text("before.device")}</li>
        <li>{m.text("before.tor")}</li>
        <li>{m.text("before.account")}</li>
      </ul>
    </main>
  );
}
