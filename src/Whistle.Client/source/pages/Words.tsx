import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { useSource, type SentReport } from "../context.ts";
import { isLaw } from "../../lib/clocks.ts";
import { comeBackDay } from "../comeBack.ts";
import { day } from "../format.ts";

/** The twelve words, shown only after the server's promise was checked. */
export function Words(): JSX.Element | null {
  const { m, sent, go } = useSource();
  const words = useRef<HTMLOListElement>(null);
  const [copied, setCopied] = useState<"no" | "yes" | "failed">("no");
  if (sent?.words === undefined) {
    return null;
  }
  const list = sent.words;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(list.join(" "));
      setCopied("yes");
    } catch {
      // No clipboard outside a secure context, or not allowed: leave the words marked for the keyboard.
      if (words.current !== null) {
        getSelection()?.selectAllChildren(words.current);
      }
      setCopied("failed");
    }
  };
  return (
    <>
      <Page name="words" heading={m.text("words.heading")} title={m.text("title")}>
        <p class="lead">{m.text("words.arrived", { name: sent.channelName })}</p>
        <p>
          <strong>{m.text("words.why")}</strong>
        </p>
        <ol class="words" dir="ltr" lang="en" ref={words} translate={false}>
          {list.map((word, index) => (
            <li key={index}>
              <span class="words-number">{index + 1}</span> <span class="words-word">{word}</span>
            </li>
          ))}
        </ol>
        <p>{m.text("words.keep")}</p>
        <p class="soft small">{m.text("words.idle")}</p>
        <div class="row">
          <Button onClick={() => void copy()}>{m.text("words.copy")}</Button>
          <Button onClick={() => print()}>{m.text("words.print")}</Button>
        </div>
        <p class="soft small">{m.text("words.print.note")}</p>
        {copied !== "no" && (
          <Notice live>
            <p>{m.text(copied === "yes" ? "words.copied" : "words.copy.failed")}</p>
          </Notice>
        )}
        <div>
          <Button kind="main" onClick={() => go("words-check")}>
            {m.text("words.next")}
          </Button>
        </div>
      </Page>
      <Sheet sent={sent} list={list} />
    </>
  );
}

/** On paper: the words say nothing of what they open, and the dates say nothing of the words. */
function Sheet({ sent, list }: { readonly sent: SentReport; readonly list: readonly string[] }): JSX.Element {
  const { m } = useSource();
  const { received, policy } = sent;
  return (
    <div class="sheet" aria-hidden="true">
      <section>
        <p>{m.text("words.sheet.words")}</p>
        <ol class="words" dir="ltr" lang="en">
          {list.map((word, index) => (
            <li key={index}>
              <span class="words-number">{index + 1}</span> <span class="words-word">{word}</span>
            </li>
          ))}
        </ol>
      </section>
      <p class="sheet-cut">✂ {m.text("words.sheet.cut")}</p>
      <section>
        <p>{m.text("words.sheet.dates")}</p>
        <p>{m.text("clock.received", { date: day(received, m.language) })}</p>
        <p>{m.text("done.heading", { date: day(comeBackDay(policy, received), m.language) })}</p>
        <p>{m.text(isLaw(policy) ? "done.must" : "done.look")}</p>
        <p class="code">{location.origin}</p>
      </section>
    </div>
  );
}
