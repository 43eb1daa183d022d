import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ChannelDocuments } from "../../lib/documents.ts";
import { channelById } from "../../lib/directory.ts";
import { loadDocuments } from "../../lib/flows/directory.ts";
import { markRead } from "../../lib/flows/mailbox.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { clockLine } from "../clockLine.ts";
import { useSource, type Inside } from "../context.ts";
import { day } from "../format.ts";
import { LetterView } from "./LetterView.tsx";
import { LogLine, LogSaves, LogTrouble, SaveFile, useLog } from "./LogPart.tsx";
import { Authorities } from "./Read.tsx";
import { WriteLetter } from "./WriteLetter.tsx";

/** The conversation as letters, newest at the end, with the clock line on top. */
export function MailboxPage({ inside }: { readonly inside: Inside }): JSX.Element {
  const { m, language, ground, go, leave } = useSource();
  const { mailbox } = inside;
  const [documents, setDocuments] = useState<ChannelDocuments | undefined>(undefined);
  const channel = channelById(mailbox.directory.content, mailbox.case.channel);
  useEffect(() => {
    const gone = new AbortController();
    // Neither is needed to read: labels of answers and authorities are missing without the one, and the server
    // counts a reply as read a little later without the other.
    if (channel !== undefined) {
      loadDocuments(ground.api, channel, gone.signal).then(setDocuments, () => setDocuments(undefined));
    }
    if (mailbox.newestReply > 0) {
      markRead(ground.api, mailbox, { signal: gone.signal }).catch(() => undefined);
    }
    return () => gone.abort();
  }, [mailbox]);
  const log = useLog(mailbox);
  const broken = mailbox.letters.some((letter) => letter.status === "chain-broken");
  return (
    <Page name="mailbox" heading={m.text("mail.heading")} title={m.text("title")}>
      <section class="card clock" aria-label={m.text("mail.clock")}>
        <p>
          <strong>{m.text("mail.state", { state: m.text(`mail.state.${mailbox.case.state}`) })}</strong>
        </p>
        <ul class="plain-list">
          {clockLine(mailbox.case, ground.today(), { promised: mailbox.promise.day, letters: mailbox.letters }).map(({ key, date, done, perhaps }) => (
            <li key={key} class={/missed|late/.test(key) ? "missed" : undefined}>
              {m.text(key, { date: day(date, language), ...(done === undefined ? {} : { done: day(done, language) }) })}
              {perhaps !== undefined && <span class="soft small"> {m.text("clock.perhaps", { date: day(perhaps, language) })}</span>}
            </li>
          ))}
        </ul>
        <p class="soft small">{m.text("mail.proof", { date: day(mailbox.promise.day, language) })}</p>
        <LogLine log={log} />
      </section>
      <LogTrouble view={log.view} />
      {mailbox.case.opened === "no" && (
        <Notice title={m.text("mail.unopened")}>
          <p>{m.text("mail.unopened.text")}</p>
          {documents !== undefined && <Authorities texts={documents.texts} />}
        </Notice>
      )}
      {broken && <Notice kind="warn" title={m.text("mail.gap")} />}
      <section class="stack">
        <h2>{m.text("mail.letters")}</h2>
        {mailbox.letters.length === 0 && <p class="soft">{m.text("mail.none")}</p>}
        {mailbox.letters.map((letter) => (
          <LetterView key={`${letter.dir}-${letter.seq}`} letter={letter} mailbox={mailbox} questionnaire={documents?.questionnaire} />
        ))}
      </section>
      <WriteLetter inside={inside} />
      <section class="stack-tight">
        <h2>{m.text("mail.more")}</h2>
        <SaveFile name="promise.txt" what="mail.save" note="mail.save.note" bytes={() => mailbox.promiseNote} />
        <LogSaves view={log.view} mailbox={mailbox} />
        <div class="row">
          <Button onClick={leave}>{m.text("mail.leave")}</Button>
          <Button kind="warn" onClick={() => go("burn")}>
            {m.text("mail.burn")}
          </Button>
        </div>
      </section>
    </Page>
  );
}
