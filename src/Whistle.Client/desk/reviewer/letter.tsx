import type { ComponentChildren, JSX } from "preact";
import { useDesk } from "../context.ts";
import { dayWords } from "../model/days.ts";
import type { FileView, LetterView } from "../model/views.ts";
import { sizeWords } from "../model/size.ts";

export interface LetterProps {
  readonly letter: LetterView;
  readonly download: (file: FileView) => void;
  readonly downloading: string | undefined;
  /** What stands beneath it. */
  readonly children?: ComponentChildren;
}

/** One message as a letter: who, which day, whether the signature holds, then the text as it was written. */
export function Letter({ letter, download, downloading, children }: LetterProps): JSX.Element {
  const { m, today } = useDesk();
  const who = letter.dir === "source" ? m.text("letter.source") : letter.mine ? m.text("letter.you") : (letter.author ?? m.text("letter.someone"));
  return (
    <article class={`letter-card letter-${letter.dir}`} aria-label={m.text("letter.label", { who, day: dayWords(m.language, letter.day, today) })}>
      <header class="letter-head">
        <h2>
          {who}
          <span class="letter-day">{dayWords(m.language, letter.day, today)}</span>
        </h2>
        <p class={`signature signature-${letter.signature}`}>
          {letter.fresh ? <strong class="fresh">{m.text("letter.new")}</strong> : null}
          {m.text(`signature.${letter.signature}`)}
        </p>
      </header>
      {letter.kind === "unreadable" || letter.kind === "purged" ? (
        <p class="soft">{m.text(letter.kind === "purged" ? "letter.purged" : "letter.unreadable")}</p>
      ) : (
        <>
          {letter.meeting === undefined ? null : <p><strong class="tag">{m.text(`meeting.tag.${letter.meeting}`)}</strong></p>}
          {letter.kind === "reader" ? <p class="hint">{m.text("letter.reader")}</p> : null}
          {letter.kind === "transcript" ? <p><strong class="tag">{m.text("transcript.tag")}</strong></p> : null}
          {letter.transcript === undefined ? null : <p><strong class="tag">{m.text(`transcript.${letter.transcript}`)}</strong></p>}
          {letter.checkIn === undefined ? null : <p><strong class="tag">{m.text(`checkin.${letter.checkIn}`)}</strong></p>}
          {letter.text === "" ? null : <p class="letter" dir="auto" lang={letter.lang === "" ? undefined : letter.lang}>{letter.text}</p>}
          {letter.questions.length === 0 ? null : (
            <ol>
              {letter.questions.map((question, i) => (
                <li key={i}>
                  <bdi>{question.label}</bdi> <span class="soft small">{question.options === undefined ? m.text(`questions.type.${question.type}`) : question.options.join(" · ")}</span>
                </li>
              ))}
            </ol>
          )}
        </>
      )}
      {letter.answers.length === 0 || letter.kind === "reader" ? null : (
        <dl class="answers">
          {letter.answers.map((answer, i) => (
            <div key={i}>
              <dt dir="auto">{answer.question}</dt>
              <dd dir="auto">{answer.values.map((value) => (answer.yesNo === true ? m.text(value === "yes" ? "yes" : value === "no" ? "no" : "unsure") : value)).join(", ")}</dd>
            </div>
          ))}
        </dl>
      )}
      {letter.files.length === 0 ? null : <FileList files={letter.files} download={download} downloading={downloading} />}
      {letter.received === undefined ? null : <p class="soft small">{letter.received === "no" ? m.text("letter.notReceived") : m.text("letter.received", { day: dayWords(m.language, letter.received, today) })}</p>}
      {children}
    </article>
  );
}

export function FileList({ files, download, downloading }: { readonly files: readonly FileView[] } & Pick<LetterProps, "download" | "downloading">): JSX.Element {
  const { m } = useDesk();
  return (
    <ul class="files">
      {files.map((file) => {
        const key = `${file.object}/${file.index}`;
        return (
          <li key={key}>
            <span class="file-name" dir="auto">{file.name}</span>
            <span class="soft small">{sizeWords(m.language, file.size)}</span>
            {file.gone ? (
              <span class="soft small">{m.text("file.gone")}</span>
            ) : (
              <button type="button" class="button" aria-disabled={downloading !== undefined ? "true" : undefined} onClick={() => (downloading === undefined ? download(file) : undefined)}>
                {downloading === key ? m.text("file.opening") : m.text("file.save")}
                <span class="visually-hidden"> {file.name}</span>
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
