import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { ProgressText } from "../../ui/ProgressText.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import type { SignInStep } from "./sign-in.tsx";

export interface LockedProps {
  readonly name: string;
  readonly unlock: (passphrase: string, step: (step: SignInStep) => void) => Promise<void>;
  readonly signOut: () => void;
}

/** After idle time nothing of the desk is left in the page or in memory: only the name, to know whose desk it is. */
export function Locked({ name, unlock, signOut }: LockedProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [passphrase, setPassphrase] = useState("");
  const [step, setStep] = useState<SignInStep | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const submit = async (): Promise<void> => {
    if (step !== undefined || passphrase.trim() === "") {
      return;
    }
    setError(undefined);
    setStep("deriving");
    try {
      await unlock(passphrase, setStep);
    } catch (failure) {
      setError(errorWords(m, failure));
      setStep(undefined);
    }
  };
  return (
    <Page name="locked" heading={m.text("locked.title")} title={m.text("title")}>
      <p>{m.text("locked.text", { name })}</p>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField id={`${id}-passphrase`} code type="password" label={m.text("signin.passphrase")} autocomplete="current-password" value={passphrase} onInput={setPassphrase} />
        {step === undefined ? null : <ProgressText text={m.text(`signin.step.${step}`)} />}
        <div class="row">
          <Button kind="main" submit inactive={step !== undefined}>{m.text("locked.unlock")}</Button>
          <Button kind="plain" onClick={signOut}>{m.text("signout")}</Button>
        </div>
      </form>
    </Page>
  );
}
