import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { checkInDue } from "../../lib/checkIn.ts";
import { codeOf } from "../../lib/errors.ts";
import { answerProblems } from "../../lib/documents.ts";
import { lastVerified, prepareLetter, refreshMailbox, sendLetter, type Letter, type Mailbox, type PreparedLetter } from "../../lib/flows/mailbox.ts";
import { openAsking } from "../../lib/questions.ts";
import type { Hash, Progress } from "../../lib/types.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { ProgressText } from "../../ui/ProgressText.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { asked, checkInQuestion, given } from "../asked.ts";
import { problemText } from "../answerText.ts";
import { useSource, type Inside } from "../context.ts";
import { answersOf, emptyDraft, type DraftFile } from "../draft.ts";
import type { SourceKey } from "../language.ts";
import { answerLost, hasArrived } from "../letterAttempts.ts";
import { progressText } from "../progressText.ts";
import { QuestionField } from "../QuestionField.tsx";
import { useSession } from "../session.ts";
import { FilePicker } from "./Files.tsx";

/**
 * Write more, add files, ask for a meeting. A letter that was not sent stays here, and a retry sends the same bytes. Where
 * the answer was lost, the letter may have arrived: that is said, and a text that was changed meanwhile becomes the next one.
 */
export function WriteLetter({ inside }: { readonly inside: Inside }): JSX.Element {
  const { m, language, ground, enter, hold, draft, write, setDraft, go } = useSource();
  const withSession = useSession();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly DraftFile[]>([]);
  const [meeting, setMeeting] = useState(false);
  const [progress, setProgress] = useState<Progress | undefined>(undefined);
  const [problem, setProblem] = useState<SourceKey | undefined>(undefined);
  const [sent, setSent] = useState(false);
  /** Until it is answered: a newer letter that asks does not take away the form in which somebody is writing. */
  const answering = useRef<Letter | undefined>(undefined);
  const asking = (answering.current ??= openAsking(inside.mailbox.letters, lastVerified(inside.mailbox.letters).seq));
  const checkIn = checkInDue(inside.mailbox.promise.day, ground.today(), inside.mailbox.letters);
  const questions = {
    v: 1 as const,
    id: "",
    questions: [...(checkIn === undefined ? [] : [checkInQuestion(checkIn, m)]), ...(asking === undefined ? [] : asked(asking, m))],
  };
  const answers = given(draft, questions);
  const wrong = answerProblems(questions, answersOf(draft, questions));
  const corrects = answers.some(({ values }) => values[0] === "corrected");
  const harmed = answers.some(({ q, values }) => q === "checkin" && values[1] !== "no");
  const written = JSON.stringify([text, meeting, asking?.seq, answers]);
  const sealed = useRef<{ readonly written: string; readonly files: readonly DraftFile[]; readonly letter: PreparedLetter } | undefined>(undefined);
  /** What was handed over without an answer. */
  const unanswered = useRef<readonly Hash[]>([]);
  const gone = useRef(new AbortController());
  useEffect(() => () => gone.current.abort(), []);
  const unsaved = text.trim() !== "" || files.length > 0 || answers.length > 0;
  useEffect(() => {
    hold(unsaved);
    return () => hold(false);
  }, [unsaved]);

  const refresh = async (): Promise<Mailbox | undefined> => {
    try {
      const mailbox = await withSession((now) => refreshMailbox(ground.api, now, ground.today(), { signal: gone.current.signal }));
      enter({ ...inside, mailbox });
      return mailbox;
    } catch {
      return undefined; // what was read before still stands
    }
  };

  const send = async (): Promise<void> => {
    setSent(false);
    setProblem(undefined);
    if (!unsaved || (corrects && text.trim() === "")) {
      setProblem("mail.write.empty");
      return;
    }
    if (Object.keys(wrong).length > 0) {
      setProblem("mail.answers.wrong");
      return;
    }
    let handedOver = false;
    const options = {
      signal: gone.current.signal,
      progress: (next: Progress): void => {
        handedOver ||= next.step === "sending";
        setProgress(next);
      },
    };
    setProgress({ step: "sealing", done: 0 });
    try {
      await withSession(async (mailbox) => {
        const same = sealed.current?.written === written && sealed.current.files === files ? sealed.current : undefined;
        const input = { text, files: files.map((file) => ({ name: file.sendName, type: file.data.type, data: file.data })), lang: language, today: ground.today(), meeting, answers, about: answers.some(({ q }) => q !== "checkin") ? asking : undefined };
        const ready = same ?? { written, files, letter: await prepareLetter(mailbox, input, ground.random, options) };
        sealed.current = ready;
        await sendLetter(ground.api, mailbox, ready.letter, ground.random, options);
      });
    } catch (error) {
      const code = codeOf(error);
      setProgress(undefined);
      if (handedOver && answerLost(code)) {
        unanswered.current = sealed.current === undefined ? unanswered.current : [...unanswered.current, sealed.current.letter.hash];
        setProblem("mail.write.unsure");
        return;
      }
      setProblem(problemKey(code));
      if (code === "out-of-sequence" || code === "message-differs") {
        // Its place is taken, by its own earlier version or from another device: it is sealed anew after what is there.
        sealed.current = undefined;
        const mailbox = await refresh();
        if (mailbox !== undefined && hasArrived(mailbox.letters, unanswered.current)) {
          unanswered.current = [];
          setProblem("mail.write.earlier");
        }
      }
      return;
    }
    sealed.current = undefined;
    unanswered.current = [];
    answering.current = undefined;
    setText("");
    write({ answers: { ...draft.answers, ...Object.fromEntries(questions.questions.map(({ id }) => [id, []])) } });
    setFiles([]);
    setMeeting(false);
    setSent(true);
    setProgress(undefined);
    if ((await refresh()) === undefined) {
      setProblem("mail.refresh"); // it was sent; only the list above is older
    }
  };

  const about = asking && (asking.kind === "transcript" ? "transcript" : "answers");
  /** A report of its own about what was done since, which those who read the first one don't get. */
  const again = (): void => {
    const { state, letters } = inside.mailbox;
    const later = letters.flatMap(({ answers }) => answers.flatMap(({ q, values }) => (q === "reader" ? values : [])));
    setDraft({ ...emptyDraft, channel: state.channel, unticked: [...state.readers, ...later].map((reader) => reader.split("/")[0] ?? ""), answers: { what: [m.text("mail.again.text", { case: state.case })] } });
    go("read");
  };

  if (inside.mailbox.directoryExpired) {
    return (
      <section class="stack-tight">
        <h2>{m.text("mail.write")}</h2>
        <Notice kind="warn">
          <p>{m.text("mail.write.expired")}</p>
        </Notice>
      </section>
    );
  }
  return (
    <section class="stack write">
      <h2>{m.text("mail.write")}</h2>
      <form
        class="stack"
        noValidate
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (progress === undefined) {
            void send();
          }
        }}
      >
        {questions.questions.length > 0 && (
          <fieldset class="card stack">
            {about && <legend class="field-label">{m.text(`mail.${about}`)}</legend>}
            {about && <p class="hint">{m.text(`mail.${about}.hint`)}</p>}
            {questions.questions.map((question) => {
              const error = problem === "mail.answers.wrong" ? wrong[question.id] : undefined;
              return <QuestionField key={question.id} question={question} error={error && problemText(m, question, error, draft.answers[question.id]?.[0] ?? "")} />;
            })}
            {harmed && (
              <div>
                <Button kind="plain" onClick={again}>
                  {m.text("mail.again")}
                </Button>
              </div>
            )}
            {corrects && text === "" && (
              <div>
                <Button kind="plain" onClick={() => setText(asking?.text ?? "")}>
                  {m.text("mail.transcript.copy")}
                </Button>
              </div>
            )}
          </fieldset>
        )}
        <TextArea id="letter" label={m.text("mail.write.label")} hint={m.text("mail.write.hint")} value={text} onInput={setText} error={problem === "mail.write.empty" ? m.text(problem) : undefined} />
        {text === "" && (
          <div>
            <Button
              kind="plain"
              onClick={() => {
                setText(m.text("mail.meeting.text"));
                setMeeting(true);
              }}
            >
              {m.text("mail.meeting")}
            </Button>
          </div>
        )}
        {meeting && (
          <label class="check">
            <input type="checkbox" checked onChange={() => setMeeting(false)} />
            <span>{m.text("mail.meeting.asks")}</span>
          </label>
        )}
        <details open={files.length > 0}>
          <summary>{m.text("mail.write.files")}</summary>
          <FilePicker id="letter-files" files={files} change={setFiles} />
        </details>
        {progress && <ProgressText text={progressText(m, progress)} value={progress.done} />}
        {problem && problem !== "mail.write.empty" && (
          <Notice kind="warn" live>
            <p>{m.text(problem)}</p>
          </Notice>
        )}
        {sent && (
          <Notice kind="good" live>
            <p>{m.text("mail.write.sent")}</p>
          </Notice>
        )}
        <div>
          <Button kind="main" submit inactive={progress !== undefined}>
            {m.text("mail.write.send")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function problemKey(code: string): SourceKey {
  switch (code) {
    case "file-changed":
      return "files.changed";
    case "text-too-long":
      return "ask.total";
    case "directory-expired":
      return "mail.write.expired";
    case "thread-unverified":
      return "mail.write.unverified";
    default:
      return "mail.write.failed";
  }
}
