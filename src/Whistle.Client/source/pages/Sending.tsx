import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { codeOf, WhistleError } from "../../lib/errors.ts";
import { prepareTip, sendTip } from "../../lib/flows/submit.ts";
import { positionsToAsk } from "../../lib/receipt.ts";
import type { Progress } from "../../lib/types.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { ProgressText } from "../../ui/ProgressText.tsx";
import { Page } from "../../ui/Page.tsx";
import { chosen, choices, left } from "../chosen.ts";
import { useSource, type Chosen, type Source } from "../context.ts";
import { answersOf } from "../draft.ts";
import { answerLost } from "../letterAttempts.ts";
import { leftOutIds } from "../readers.ts";
import { progressText } from "../progressText.ts";
import { DirectoryProblem, directoryText, isDirectoryProblem } from "./DirectoryProblem.tsx";

type Failure = { readonly code: string; readonly unsure: boolean };

/** Sealing, sending, checking the promise: in words, and to be cancelled until it is handed over. */
export function Sending(): JSX.Element {
  const source = useSource();
  const { m, swap, back } = source;
  const [progress, setProgress] = useState<Progress>({ step: "sealing", done: 0 });
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  const now = chosen(source);

  const run = async (): Promise<void> => {
    if (now === undefined || running.current !== undefined) {
      return;
    }
    const controller = new AbortController();
    running.current = controller;
    setFailure(undefined);
    setProgress({ step: "sealing", done: 0 });
    let handedOver = false;
    try {
      await send(source, now, controller.signal, (next) => {
        handedOver ||= next.step === "sending" || next.step === "checking";
        setProgress(next);
      });
    } catch (error) {
      const code = codeOf(error);
      running.current = undefined;
      setFailure({ code, unsure: handedOver && (code === "promise-invalid" || answerLost(code)) });
      return;
    }
    running.current = undefined;
  };
  useEffect(() => {
    void run();
    return () => running.current?.abort();
  }, []);

  if (now === undefined) {
    return <DirectoryProblem />;
  }
  if (failure !== undefined) {
    return (
      <Page name="send-failed" heading={m.text(failure.unsure ? "send.unsure" : "send.failed")} title={m.text("title")}>
        <Notice kind="warn" live title={failureText(source, failure)}>
          {isDirectoryProblem(failure.code) && <p>{m.text("directory.kept")}</p>}
        </Notice>
        <div class="row">
          {failure.code === "directory-changed" ? (
            <Button kind="main" onClick={() => swap("who")}>
              {m.text("continue")}
            </Button>
          ) : (
            <Button kind="main" onClick={() => void run()}>
              {m.text("try-again")}
            </Button>
          )}
          <Button onClick={back}>{m.text("send.answers")}</Button>
        </div>
      </Page>
    );
  }
  const canCancel = progress.step !== "sending" && progress.step !== "checking";
  return (
    <Page name="sending" heading={m.text("send.heading")} title={m.text("title")}>
      <ProgressText text={progressText(m, progress)} value={progress.step === "sending" || progress.step === "checking" ? undefined : progress.done} />
      <p class="soft">{m.text("send.cancel.note")}</p>
      <div>
        <Button inactive={!canCancel} onClick={() => running.current?.abort()}>
          {m.text("cancel")}
        </Button>
      </div>
    </Page>
  );
}

/** One attempt. The same draft is sealed once only, so that a second attempt can't become a second report. */
async function send(source: Source, now: Chosen, signal: AbortSignal, progress: (progress: Progress) => void): Promise<void> {
  const { ground, draft, outgoing, reload, finishSending, language } = source;
  let ready = outgoing.current?.draft === draft ? outgoing.current : undefined;
  if (ready === undefined) {
    const state = await reload(); // who reads there now, not when the page was opened
    if (state === "changed") {
      throw new WhistleError("directory-changed");
    }
    if (state === "problem") {
      throw new WhistleError("readers-unsure"); // until the list can be had again, the page in our place says what is wrong with it
    }
    const offered = choices(source, now);
    const { custodians } = left(offered, draft.unticked);
    const prepared = await prepareTip(
      {
        origin: ground.origin,
        directory: now.directory,
        channel: now.channel,
        questionnaire: now.documents.questionnaire,
        today: ground.today(),
        lang: language,
        answers: answersOf(draft, now.documents.questionnaire),
        files: draft.files.map((file) => ({ name: file.sendName, type: file.data.type, data: file.data })),
        unticked: leftOutIds(offered, draft.unticked),
        identity: draft.give && custodians.length > 0 ? { name: draft.name.trim(), contact: draft.contact.trim(), custodians: custodians.map((person) => person.id) } : undefined,
        copy: draft.copy,
      },
      ground.random,
      { signal, progress },
    );
    ready = { draft, prepared };
    outgoing.current = ready;
  }
  const tip = await sendTip(ready.prepared, ground.api, ground.random, { signal, progress }).catch(async (error: unknown) => {
    if (codeOf(error) !== "directory-superseded") {
      throw error;
    }
    // Another list came into force between sealing and sending: nothing was taken, and what was sealed to the old one never will be.
    outgoing.current = undefined;
    await reload();
    throw new WhistleError("directory-changed");
  });
  finishSending({ words: tip.words, received: tip.promise.day, channelName: now.name, policy: now.channel.policy, asked: positionsToAsk(ground.random) });
}

/** What went wrong and what to do, never a bare code. */
function failureText({ m }: Source, { code }: Failure): string {
  if (isDirectoryProblem(code)) {
    return m.text(directoryText(code));
  }
  switch (code) {
    case "directory-changed":
      return m.text("directory.changed");
    case "readers-unsure":
      return m.text("directory.kept");
    case "cancelled":
      return m.text("send.cancelled");
    case "network":
      return m.text("send.unreachable");
    case "promise-invalid":
    case "answer-malformed":
      return m.text("send.promise");
    case "file-changed":
      return m.text("files.changed");
    case "text-too-long":
      return m.text("ask.total");
    case "nobody-left":
      return m.text("who.nobody");
    case "too-many-left-out":
      return m.text("who.too-many");
    case "http-429":
    case "http-503":
    case "busy":
      return m.text("send.busy");
    default:
      return m.text("send.refused", { code });
  }
}
