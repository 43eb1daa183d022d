import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { codeOf } from "../../lib/errors.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { ProgressText } from "../../ui/ProgressText.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";

export type SignInStep = "deriving" | "asking" | "unlocking" | "directory";

export interface SignInProps {
  readonly login: string;
  /** Why the page is here again: signed out by the server, or by hand. */
  readonly notice: string | undefined;
  readonly signIn: (request: { readonly login: string; readonly passphrase: string; readonly code: string }, step: (step: SignInStep) => void) => Promise<void>;
}

/** The door of everyone who has an account. The passphrase never leaves the device: it is stretched and split here. */
export function SignIn({ login: known, notice, signIn }: SignInProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [login, setLogin] = useState(known);
  const [passphrase, setPassphrase] = useState("");
  const [code, setCode] = useState("");
  const [shown, show] = useState(false);
  const [step, setStep] = useState<SignInStep | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const [asked, setAsked] = useState(false);
  const missing = {
    login: asked && login.trim() === "" ? m.text("signin.loginMissing") : undefined,
    passphrase: asked && passphrase.trim() === "" ? m.text("signin.passphraseMissing") : undefined,
    code: asked && !/^\d{6}$/.test(code.replace(/\s/g, "")) ? m.text("signin.codeMissing") : undefined,
  };
  const submit = async (): Promise<void> => {
    setAsked(true);
    if (step !== undefined || login.trim() === "" || passphrase.trim() === "" || !/^\d{6}$/.test(code.replace(/\s/g, ""))) {
      return;
    }
    setError(undefined);
    setStep("deriving");
    try {
      await signIn({ login, passphrase, code: code.replace(/\s/g, "") }, setStep);
    } catch (failure) {
      setError(errorWords(m, failure));
      if (codeOf(failure) === "sign-in-failed") {
        setCode(""); // a code works once; the passphrase stays so that a typing slip is quick to put right
        setAsked(false);
      }
      setStep(undefined);
    }
  };
  return (
    <Page name="sign-in" heading={m.text("signin.title")} title={m.text("title")}>
      <p>{m.text("signin.explain")}</p>
      {notice === undefined ? null : <Notice title={notice} />}
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField id={`${id}-login`} code label={m.text("signin.login")} autocomplete="username" value={login} onInput={setLogin} error={missing.login} />
        <div class="stack-tight">
          <TextField
            id={`${id}-passphrase`}
            code
            type={shown ? "text" : "password"}
            label={m.text("signin.passphrase")}
            hint={m.text("signin.passphraseHint")}
            autocomplete="current-password"
            value={passphrase}
            onInput={setPassphrase}
            error={missing.passphrase}
          />
          <label class="check">
            <input type="checkbox" checked={shown} onChange={(event) => show(event.currentTarget.checked)} />
            <span>{m.text("signin.show")}</span>
          </label>
        </div>
        <TextField id={`${id}-code`} code short inputMode="numeric" label={m.text("signin.code")} hint={m.text("signin.codeHint")} autocomplete="one-time-code" value={code} onInput={setCode} error={missing.code} />
        {step === undefined ? null : <ProgressText text={m.text(`signin.step.${step}`)} />}
        <div><Button kind="main" submit inactive={step !== undefined}>{m.text("signin.act")}</Button></div>
      </form>
      <p class="hint">{m.text("signin.lost")}</p>
    </Page>
  );
}
