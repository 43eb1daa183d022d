import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { checkInWord } from "../../lib/checkIn.ts";
import type { Questionnaire } from "../../lib/documents.ts";
import { isoDay } from "../../lib/days.ts";
import { codeOf } from "../../lib/errors.ts";
import { openLetterFile, type Letter, type LetterFile, type Mailbox } from "../../lib/flows/mailbox.ts";
import { answered, transcriptWord } from "../../lib/questions.ts";
import { Button } from "../../ui/Button.tsx";
import { labelOf } from "../QuestionField.tsx";
import { answerLines } from "../answerText.ts";
import { asked } from "../asked.ts";
import { useSource } from "../context.ts";
import { cleanName } from "../fileKinds.ts";
import { day, size } from "../format.ts";
import { save } from "../save.ts";
import { useSession } from "../session.ts";
import { personLine } from "./Channels.tsx";

export interface LetterViewProps {
  readonly letter: Letter;
  readonly mailbox: Mailbox;
  readonly questionnaire: Questionnaire | undefined;
}

/** One letter. What can't be verified says so in the place of its text. */
export function LetterView({ letter, mailbox, questionnaire }: LetterViewProps): JSX.Element {
  const { m, language } = useSource();
  const own = letter.dir === "source";
  const readable = letter.status === "readable";
  const target = answered(letter, mailbox.letters);
  const replies = target && asked(target, m);
  const known = replies ?? questionnaire?.questions;
  const checkIn = checkInWord(letter);
  const answers = letter.answers.filter(({ q }) => !["meeting", "transcript", "checkin"].includes(q));
  const says = [
    letter.kind === "reader" && m.text("letter.reader", { name: readerName(letter, mailbox) }),
    letter.kind === "transcript" && m.text("letter.transcript"),
    target?.kind === "transcript" && m.text(`letter.${transcriptWord(letter) ?? "corrected"}`),
    checkIn && m.text("letter.checkin", { answer: m.text(`ask.${checkIn.word}`) }),
  ];
  const from = own ? m.text("letter.you") : letter.signer === undefined || !readable ? m.text("letter.unknown") : personLine(m, letter.signer);
  return (
    <article class={own ? "paper paper-own" : readable ? "paper" : "paper paper-doubtful"}>
      <header class="paper-head">
        <h3>{from}</h3>
        <p class="soft small">
          <time dateTime={isoDay(letter.day)}>{day(letter.day, language)}</time>
          {!own && readable && <> · {m.text("letter.verified")}</>}
        </p>
      </header>
      {readable ? (
        <>
          {says.map((words) => words && <p key={words}><strong>{words}</strong></p>)}
          {letter.text !== "" && (
            <p class="letter" dir="auto">
              {letter.text}
            </p>
          )}
          {letter.questions.length > 0 && (
            <ol>
              {letter.questions.map(({ label }) => (
                <li key={label}><bdi>{label}</bdi></li>
              ))}
            </ol>
          )}
          {!own && <Opened letter={letter} />}
          {own && known !== undefined && answers.length > 0 && (
            <dl class="answers">
              {answers.map(({ q, values }) => {
                const question = known.find((candidate) => candidate.id === (replies === undefined ? q : `${target?.seq}.${q}`));
                return (
                  <div key={q}>
                    <dt class="soft small">{question === undefined ? q : labelOf(question, language)}</dt>
                    {(question === undefined ? values : answerLines(m, question, values)).map((line) => (
                      <dd key={line} dir="auto" class="letter">
                        {line}
                      </dd>
                    ))}
                  </div>
                );
              })}
            </dl>
          )}
          {letter.files.length > 0 && <Downloads files={letter.files} />}
        </>
      ) : (
        <p class={own ? "soft" : "field-error"}>
          {letter.status === "purged"
            ? m.text("letter.purged", { names: letter.purge?.by.map(({ name }) => name).join(", ") ?? "", day: day(letter.purge?.day ?? letter.day, language) })
            : m.text(`letter.${letter.status === "no-copy" ? letter.status : letter.status === "message-unreadable" || letter.status === "message-malformed" ? "unreadable" : "unverified"}`)}
        </p>
      )}
    </article>
  );
}

/** An acknowledgement says whether what the team opened is what the server had promised to keep. */
function Opened({ letter }: { readonly letter: Letter }): JSX.Element | null {
  const { m } = useSource();
  const said = letter.answers.find((answer) => answer.q === "content")?.values[0];
  if (said === "match") {
    return <p class="soft small">{m.text("letter.match")}</p>;
  }
  return said === undefined ? null : <p class="field-error">{m.text("letter.mismatch")}</p>;
}

/** A later reader is named by the directory, never by the letter alone. */
function readerName(letter: Letter, { directory }: Mailbox): string {
  const reader = letter.answers.find((answer) => answer.q === "reader")?.values[0] ?? "";
  const id = reader.split("/")[0];
  return directory.content.people.find((person) => person.id === id)?.name ?? reader;
}

function Downloads({ files }: { readonly files: readonly LetterFile[] }): JSX.Element {
  const { m, language, ground } = useSource();
  const withSession = useSession();
  const [busy, setBusy] = useState<LetterFile | undefined>(undefined);
  const [failed, setFailed] = useState<LetterFile | undefined>(undefined);
  const gone = useRef(new AbortController());
  useEffect(() => () => gone.current.abort(), []);
  const get = async (file: LetterFile): Promise<void> => {
    if (busy !== undefined) {
      return;
    }
    setBusy(file);
    setFailed(undefined);
    try {
      const blob = await withSession((mailbox) => openLetterFile(ground.api, mailbox, file, { signal: gone.current.signal }));
      save(blob.slice(0, blob.size, "application/octet-stream"), cleanName(file.name)); // never opened in this page
    } catch (error) {
      if (codeOf(error) !== "cancelled") {
        setFailed(file);
      }
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <div class="stack-tight">
      <h4 class="small">{m.text("letter.files")}</h4>
      <ul class="plain-list">
        {files.map((file) => (
          <li key={file.index}>
            {file.gone ? (
              m.text("letter.file.gone", { name: cleanName(file.name) })
            ) : (
              <Button inactive={busy !== undefined} onClick={() => void get(file)}>
                {m.text("letter.download", { name: cleanName(file.name), size: size(file.size, language) })}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p class="soft small">{m.text("letter.download.note")}</p>
      <p role="status">{busy !== undefined && m.text("letter.downloading", { name: cleanName(busy.name) })}</p>
      {failed !== undefined && (
        <p class="field-error" role="alert">
          {m.text("letter.download.failed", { name: cleanName(failed.name) })}
        </p>
      )}
    </div>
  );
}
