import type { JSX } from "preact";
import { Button } from "../ui/Button.tsx";
import { useDesk } from "./context.ts";
import { keyMap } from "./model/keys.ts";
import { Dialog } from "./parts/dialog.tsx";

export interface KeysHelpProps {
  readonly on: boolean;
  readonly toggle: (on: boolean) => void;
  readonly close: () => void;
}

/** All keys in one place, and the switch that turns single keys off for people whom they disturb. */
export function KeysHelp({ on, toggle, close }: KeysHelpProps): JSX.Element {
  const { m } = useDesk();
  return (
    <Dialog title={m.text("keys.title")} close={close}>
      <dl class="keys">
        {[...keyMap].map(([key, act]) => (
          <div key={key}>
            <dt><kbd>{key === "Escape" ? "Esc" : key}</kbd></dt>
            <dd>{m.text(`key.${act}`)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={on} onChange={(event) => toggle(event.currentTarget.checked)} />
        <span>{m.text("keys.on")}</span>
      </label>
      <div><Button kind="main" onClick={close}>{m.text("close")}</Button></div>
    </Dialog>
  );
}
