import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { isKeyName, newRootKey, sealRootKey, type RootKey } from "../../lib/desk/ceremony.ts";
import { systemRandom } from "../../lib/random.ts";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import { samePassphrase } from "../model/passphrase.ts";
import { decodePublic, keyNameOf } from "../model/root-key.ts";
import { download } from "../parts/download.ts";
import { shownKey, type Holder } from "./setup-model.ts";

export interface HolderFieldProps {
  readonly number: number;
  readonly holder: Holder;
  readonly change: (holder: Holder) => void;
  readonly remove: (() => void) | undefined;
}

/** A key that was made here and is not yet taken away. Forgotten with the page. */
interface Made {
  readonly root: RootKey;
  readonly file: Uint8Array;
  readonly passphrase: string;
  readonly written: boolean;
}

/** One root holder: makes a key here and takes it away as a file, or hands over the public half of one made elsewhere. */
export function HolderField({ number, holder, change, remove }: HolderFieldProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [person, setPerson] = useState("");
  const [made, setMade] = useState<Made | undefined>(undefined);
  const [typed, setTyped] = useState("");
  const [pasted, setPasted] = useState("");
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const make = async (): Promise<void> => {
    const name = keyNameOf(person);
    if (working) {
      return;
    }
    if (!isKeyName(name)) {
      setProblem(m.text("holder.nameMissing"));
      return;
    }
    setWorking(true);
    setProblem(undefined);
    await new Promise((resolve) => setTimeout(resolve, 50)); // lets the words on the button be drawn before scrypt takes the thread
    try {
      const root = newRootKey(name, systemRandom);
      setMade({ root, ...(await sealRootKey(root, systemRandom)), written: false });
    } catch (failure) {
      setProblem(errorWords(m, failure));
    } finally {
      setWorking(false);
    }
  };
  const take = ({ root, file, passphrase }: Made): void => {
    if (!samePassphrase(typed, passphrase)) {
      setProblem(m.text("enrol.differs"));
      return;
    }
    download(`whistle-root-${root.name}.age`, "application/octet-stream", [new Uint8Array(file)]);
    change({ name: root.name, publicKey: root.key.publicKey });
    setMade(undefined);
    setTyped("");
    setProblem(undefined);
  };
  const paste = (): void => {
    try {
      const key = decodePublic(pasted);
      change({ name: key.name, publicKey: key.publicKey });
      setProblem(undefined);
    } catch (failure) {
      setProblem(errorWords(m, failure));
    }
  };
  return (
    <fieldset class="card stack-tight">
      <legend class="field-label">{m.text("holder.title", { number })}</legend>
      {holder.publicKey !== undefined ? (
        <>
          <p>{m.text("holder.ready", { name: holder.name })}</p>
          <p class="code">{shownKey(holder)}</p>
          <div><Button kind="plain" onClick={() => change({ name: "" })}>{m.text("change")}</Button></div>
        </>
      ) : made === undefined ? (
        <>
          <TextField id={`${id}-name`} label={m.text("holder.name")} hint={m.text("holder.nameHint")} value={person} onInput={setPerson} error={problem} />
          <div class="row">
            <Button inactive={working} onClick={() => void make()}>{m.text(working ? "holder.making" : "holder.make")}</Button>
            {remove === undefined ? null : <Button kind="plain" inactive={working} onClick={remove}>{m.text("holder.remove")}</Button>}
          </div>
          <details>
            <summary>{m.text("holder.elsewhere")}</summary>
            <div class="stack-tight">
              <TextField id={`${id}-pasted`} code label={m.text("holder.public")} hint={m.text("holder.publicHint")} value={pasted} onInput={setPasted} />
              <div><Button onClick={paste}>{m.text("holder.use")}</Button></div>
            </div>
          </details>
        </>
      ) : made.written ? (
        <>
          <TextField id={`${id}-typed`} code label={m.text("holder.repeat")} value={typed} onInput={setTyped} error={problem} />
          <div class="row">
            <Button onClick={() => take(made)}>{m.text("holder.download")}</Button>
            <Button kind="plain" onClick={() => setMade({ ...made, written: false })}>{m.text("back")}</Button>
          </div>
        </>
      ) : (
        <>
          <p>{m.text("holder.passphrase")}</p>
          <ol class="words" dir="ltr" lang="en">
            {made.passphrase.split(" ").map((word, index) => <li key={index}>{word}</li>)}
          </ol>
          <div><Button onClick={() => setMade({ ...made, written: true })}>{m.text("enrol.written")}</Button></div>
        </>
      )}
    </fieldset>
  );
}
