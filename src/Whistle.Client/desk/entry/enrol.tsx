import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Invitation } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { ProgressText } from "../../ui/ProgressText.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import { samePassphrase } from "../model/passphrase.ts";
import { CopyButton } from "../parts/copy.tsx";
import { useLoad } from "../parts/load.ts";
import { QrCode } from "../parts/qr.tsx";

export interface EnrolProps {
  readonly open: (signal: AbortSignal) => Promise<Invitation>;
  readonly newPassphrase: () => string;
  readonly enrol: (
    invitation: Invitation,
    request: { readonly login: string; readonly passphrase: string; readonly code: string },
    step: (step: EnrolStep) => void,
  ) => Promise<void>;
  readonly done: (login: string) => void;
}

export type EnrolStep = "deriving" | "keys" | "sending";

/** From a one-time link to an account. The passphrase is made and the keys are drawn here, in this browser. */
export function Enrol({ open, newPassphrase, enrol, done }: EnrolProps): JSX.Element {
  const { m } = useDesk();
  const { value: invitation, error } = useLoad(open);
  if (invitation === undefined) {
    return (
      <Page name="enrol" heading={m.text("enrol.title")} title={m.text("title")}>
        {error === undefined ? <p role="status">{m.text("enrol.checking")}</p> : <Notice kind="warn" live title={error} />}
      </Page>
    );
  }
  return <EnrolSteps invitation={invitation} newPassphrase={newPassphrase} enrol={enrol} done={done} />;
}

type Stage = "login" | "passphrase" | "repeat" | "code";
const stages: readonly Stage[] = ["login", "passphrase", "repeat", "code"];

function EnrolSteps({ invitation, newPassphrase, enrol, done }: { readonly invitation: Invitation } & Omit<EnrolProps, "open">): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [stage, setStage] = useState<Stage>("login");
  const [login, setLogin] = useState("");
  const [passphrase] = useState(newPassphrase);
  const [typed, setTyped] = useState("");
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [step, setStep] = useState<EnrolStep | undefined>(undefined);
  const go = (next: Stage): void => {
    setProblem(undefined);
    setStage(next);
  };
  const submit = async (): Promise<void> => {
    if (step !== undefined) {
      return;
    }
    if (stage === "login") {
      if (login.trim() === "") {
        setProblem(m.text("signin.loginMissing"));
      } else {
        go("passphrase");
      }
    } else if (stage === "passphrase") {
      go("repeat");
    } else if (stage === "repeat") {
      if (samePassphrase(typed, passphrase)) {
        go("code");
      } else {
        setProblem(m.text("enrol.differs"));
      }
    } else {
      const digits = code.replace(/\s/g, "");
      if (!/^\d{6}$/.test(digits)) {
        setProblem(m.text("signin.codeMissing"));
        return;
      }
      setProblem(undefined);
      setStep("deriving");
      try {
        await enrol(invitation, { login: login.trim(), passphrase, code: digits }, setStep);
        done(login.trim());
      } catch (failure) {
        setStep(undefined);
        setProblem(errorWords(m, failure));
      }
    }
  };
  return (
    <Page
      name={`enrol-${stage}`}
      heading={m.text(`enrol.${stage}.title`)}
      title={m.text("title")}
      above={m.text("enrol.progress", { step: stages.indexOf(stage) + 1, total: stages.length })}
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {stage === "login" ? (
          <>
            <p>{m.text("enrol.who", { name: invitation.name, role: m.text(`role.${invitation.role}`) })}</p>
            <p class="hint">{m.text(`role.${invitation.role}.does`)}</p>
            <TextField id={`${id}-login`} code label={m.text("signin.login")} hint={m.text("enrol.loginHint")} autocomplete="username" value={login} onInput={setLogin} error={problem} />
          </>
        ) : stage === "passphrase" ? (
          <>
            <p>{m.text("enrol.passphrase.text")}</p>
            <ol class="words" dir="ltr" lang="en">
              {passphrase.split(" ").map((word, index) => <li key={index}>{word}</li>)}
            </ol>
            <p>{m.text("enrol.passphrase.lost")}</p>
          </>
        ) : stage === "repeat" ? (
          <>
            <p>{m.text("enrol.repeat.text")}</p>
            <TextField id={`${id}-typed`} code label={m.text("signin.passphrase")} autocomplete="off" value={typed} onInput={setTyped} error={problem} />
          </>
        ) : (
          <>
            <p>{m.text("enrol.code.text")}</p>
            <div class="totp">
              <QrCode text={invitation.uri} label={m.text("enrol.code.qr")} />
              <div class="stack-tight">
                <p>{m.text("enrol.code.secret")}</p>
                <p class="code" dir="ltr">{invitation.totp.match(/.{1,4}/g)?.join(" ")}</p>
                <CopyButton text={invitation.totp} />
                <p><a class="button button-plain" href={invitation.uri}>{m.text("enrol.code.link")}</a></p>
              </div>
            </div>
            <TextField id={`${id}-code`} code short inputMode="numeric" label={m.text("signin.code")} hint={m.text("signin.codeHint")} autocomplete="one-time-code" value={code} onInput={setCode} error={problem} />
            {step === undefined ? null : <ProgressText text={m.text(`enrol.step.${step}`)} />}
          </>
        )}
        <div class="row">
          <Button kind="main" submit inactive={step !== undefined}>
            {m.text(stage === "passphrase" ? "enrol.written" : stage === "code" ? "enrol.finish" : "next")}
          </Button>
          {stage === "login" ? null : (
            <Button kind="plain" inactive={step !== undefined} onClick={() => go(stages[stages.indexOf(stage) - 1] ?? "login")}>{m.text("back")}</Button>
          )}
        </div>
      </form>
    </Page>
  );
}
