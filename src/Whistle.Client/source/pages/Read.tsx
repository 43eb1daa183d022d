import type { JSX } from "preact";
import { countsWorkingDays, isLaw } from "../../lib/clocks.ts";
import { inLanguage, type Texts } from "../../lib/documents.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { FormPage } from "../FormPage.tsx";
import { chosen } from "../chosen.ts";
import { useSource } from "../context.ts";
import { DirectoryProblem } from "./DirectoryProblem.tsx";

/** Before you write: what happens when, rights, limits, authorities. Nobody is asked to tick that they have read it. */
export function Read(): JSX.Element {
  const source = useSource();
  const { m, language, go } = source;
  const now = chosen(source);
  if (now === undefined) {
    return <DirectoryProblem />;
  }
  const { texts } = now.documents;
  return (
    <FormPage name="read" heading={m.text("read.heading")}>
      <section class="stack-tight">
        <h2>{m.text("read.next")}</h2>
        <ol>
          <li>{m.text("read.next.seal")}</li>
          <li>{m.text("read.next.batch", { name: now.name })}</li>
          <li>{m.text("read.next.words")}</li>
          {isLaw(now.channel.policy) && <li>{m.text(countsWorkingDays(now.channel.policy) ? "read.next.answer.working" : "read.next.answer")}</li>}
        </ol>
      </section>
      <Notice title={m.text("read.emergency")}>
        <p dir="auto">{inLanguage(texts.emergency.note, language)}</p>
        <p>
          <a href={`tel:${texts.emergency.number.replace(/[^\d+]/g, "")}`}>{m.text("read.emergency.call", { number: texts.emergency.number })}</a>
        </p>
      </Notice>
      <Paragraphs title={m.text("read.protects")} items={inLanguage(texts.protects, language)} listed />
      <Paragraphs title={m.text("read.limits")} items={inLanguage(texts.limits, language)} listed />
      <Paragraphs title={m.text("read.rights")} items={inLanguage(texts.rights, language)} listed />
      <Paragraphs title={m.text("read.privacy")} items={inLanguage(texts.privacy, language)} />
      <section class="stack-tight">
        <h2>{m.text("read.authorities")}</h2>
        <p>{m.text("read.authorities.lead")}</p>
        <Authorities texts={texts} />
      </section>
      <p class="soft">{m.text("ask.memory")}</p>
      <div>
        <Button kind="main" onClick={() => go("ask", 0)}>
          {m.text("read.go")}
        </Button>
      </div>
    </FormPage>
  );
}

function Paragraphs({ title, items = [], listed = false }: { readonly title: string; readonly items: readonly string[] | undefined; readonly listed?: boolean }): JSX.Element | null {
  if (items.length === 0) {
    return null;
  }
  return (
    <section class="stack-tight">
      <h2>{title}</h2>
      {listed ? (
        <ul>
          {items.map((text) => (
            <li key={text} dir="auto">
              {text}
            </li>
          ))}
        </ul>
      ) : (
        items.map((text) => (
          <p key={text} dir="auto">
            {text}
          </p>
        ))
      )}
    </section>
  );
}

/** Opened beside this page, without telling the other where the reader came from. */
export function Authorities({ texts }: { readonly texts: Texts }): JSX.Element {
  const { language } = useSource();
  return (
    <ul class="authorities">
      {texts.authorities.map(({ name, about, url, phone }) => (
        <li key={url}>
          <span dir="auto">{inLanguage(name, language)}</span>
          <span class="soft" dir="auto">
            {inLanguage(about, language)}
          </span>
          {/^https:\/\//.test(url) && (
            <a href={url} target="_blank" rel="noopener noreferrer" dir="ltr">
              {url.replace(/^https:\/\/(www\.)?/, "").replace(/\/$/, "")}
            </a>
          )}
          {phone !== "" && (
            <a href={`tel:${phone.replace(/[^\d+]/g, "")}`} dir="ltr">
              {phone}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}
