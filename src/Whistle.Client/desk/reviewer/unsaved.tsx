import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { Dialog } from "../parts/dialog.tsx";

export interface UnsavedProps {
  /** What becomes of the text, in words. */
  readonly text: string;
  /** True where everything is saved now. */
  readonly retry: () => Promise<boolean>;
  readonly leave: () => void;
  readonly stay: () => void;
}

/** Asked before somebody leaves a draft that the server did not take. */
export function Unsaved({ text, retry, leave, stay }: UnsavedProps): JSX.Element {
  const { m } = useDesk();
  const [trying, setTrying] = useState(false);
  const [failed, setFailed] = useState(false);
  const again = async (): Promise<void> => {
    setTrying(true);
    setFailed(false);
    if (await retry()) {
      leave();
    } else {
      setFailed(true);
      setTrying(false);
    }
  };
  return (
    <Dialog title={m.text("draft.unsaved")} close={stay}>
      <div class="stack">
        <p>{text}</p>
        {failed ? <Notice kind="warn" live title={m.text("draft.failed")} /> : null}
        <div class="row">
          <Button kind="main" inactive={trying} onClick={() => void again()}>{m.text(trying ? "draft.saving" : "draft.again")}</Button>
          <Button kind="warn" onClick={leave}>{m.text("draft.leave")}</Button>
          <Button onClick={stay}>{m.text("draft.stay")}</Button>
        </div>
      </div>
    </Dialog>
  );
}
