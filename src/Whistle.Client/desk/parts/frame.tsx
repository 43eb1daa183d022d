import type { ComponentChildren, JSX } from "preact";
import { Banner } from "../../ui/Banner.tsx";
import { isDemoPage } from "../../ui/demo.ts";
import { LanguagePicker } from "../../ui/LanguagePicker.tsx";
import { useDesk } from "../context.ts";
import { deskLanguages, type DeskLanguage } from "../messages.ts";

const names: Readonly<Record<DeskLanguage, string>> = { en: "English", de: "Deutsch" };

/** Around the pages before the desk: a name and the language. */
export function Frame({ choose, said, children }: { readonly choose: (language: DeskLanguage) => void; readonly said: string; readonly children: ComponentChildren }): JSX.Element {
  const { m } = useDesk();
  return (
    <div class="frame">
      {isDemoPage() ? <Banner label={m.text("demo.label")}>{m.text("demo.text")}</Banner> : null}
      <header class="topbar">
        <span class="bar-brand">Whistle</span>
        <LanguagePicker label={m.text("language")} languages={deskLanguages} names={names} current={m.language} choose={choose} />
      </header>
      {children}
      <p class="status-line" role="status">{said}</p>
    </div>
  );
}
