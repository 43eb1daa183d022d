import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import { timeWords } from "../model/days.ts";
import { languageChoices } from "../model/languages.ts";
import { templateLanguages } from "../model/templates.ts";
import type { LetterView } from "../model/views.ts";
import type { RecordInput } from "./investigation.tsx";
import { useKept, type Kept } from "./kept.ts";
import { SelectField } from "./record-parts.tsx";

/**
 * Translations stand beneath the original, signed by whoever made them. No service is asked: whoever translates for a machine
 * would have to show it the text.
 */
export function Translations({ letter, caseId, kept, working, record }: {
  readonly letter: LetterView;
  readonly caseId: string;
  readonly kept: Kept;
  readonly working: boolean;
  readonly record: (input: RecordInput) => Promise<boolean>;
}): JSX.Element | null {
  const { m } = useDesk();
  const id = useId();
  const [form, setForm, empty] = useKept<{ readonly text: string; readonly lang: string } | undefined>(kept, `${caseId} translation ${letter.hash}`, undefined);
  const [missing, setMissing] = useState(false);
  if (letter.text === "") {
    return null;
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form === undefined || working) {
      return;
    }
    setMissing(form.text.trim() === "");
    if (form.text.trim() !== "" && (await record({ kind: "translation", text: form.text.trim(), fields: { message: letter.hash, lang: form.lang } }))) {
      empty();
    }
  };
  const nameOf = (tag: string): string => languageChoices([tag], m.language)[0]?.label ?? tag;
  return (
    <div class="stack-tight translations">
      {letter.translations.map((translation) => (
        <section key={translation.id} class="translation" aria-label={m.text("translation.label", { language: nameOf(translation.lang) })}>
          <p class="soft small">{m.text("translation.by", { language: nameOf(translation.lang), name: translation.author, time: timeWords(m.language, translation.at) })}</p>
          <p class="letter" dir="auto" lang={translation.lang === "" ? undefined : translation.lang}>{translation.text}</p>
        </section>
      ))}
      {form === undefined ? (
        <div>
          <Button kind="plain" onClick={() => setForm({ text: "", lang: m.language })}>
            {m.text("translation.add")}
            <span class="visually-hidden"> {m.text("translation.of", { n: letter.seq })}</span>
          </Button>
        </div>
      ) : (
        <form class="stack-tight record-form" onSubmit={(event) => void submit(event)}>
          <SelectField id={`${id}-lang`} label={m.text("translation.lang")} value={form.lang} onInput={(lang) => setForm({ ...form, lang })} options={languageChoices([m.language, ...templateLanguages], m.language)} />
          <TextArea id={`${id}-text`} label={m.text("translation.text")} hint={m.text("translation.hint")} value={form.text} onInput={(text) => setForm({ ...form, text })} error={missing ? m.text("reply.empty") : undefined} />
          <div class="row">
            <Button submit inactive={working}>{m.text("translation.save")}</Button>
            <Button kind="plain" onClick={empty}>{m.text("translation.cancel")}</Button>
          </div>
        </form>
      )}
    </div>
  );
}
