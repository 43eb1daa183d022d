import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { RefusalCode } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { useDesk } from "../context.ts";
import { refusalWords } from "../summary/editor.tsx";

export interface DecideProps {
  /** What an approval does, and the word on its button. */
  readonly effect: string;
  readonly label: string;
  /** For what cannot be taken back. */
  readonly kind: "main" | "warn";
  readonly codes: readonly RefusalCode[];
  /** Whether what is signed for holds: nothing else is approved. */
  readonly holds: boolean;
  readonly working: boolean;
  readonly approve: () => void;
  readonly refuse: (code: RefusalCode) => void;
}

/** The second pair of eyes: yes, with what follows from it, or no, with one of the reasons that can be given. */
export function Decide({ effect, label, kind, codes, holds, working, approve, refuse }: DecideProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [refusing, setRefusing] = useState(false);
  const [code, setCode] = useState("");
  return refusing ? (
    <form
      class="stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        const chosen = codes.find((known) => known === code);
        if (chosen !== undefined && !working) {
          refuse(chosen);
        }
      }}
    >
      <Choice
        id={`${id}-code`}
        label={m.text("refusal.why")}
        hint={m.text("refusal.hint")}
        value={code}
        onChange={setCode}
        options={codes.map((known) => ({ id: known, label: refusalWords(m, known) }))}
      />
      <div class="row">
        <Button kind="warn" submit inactive={working || code === ""}>{m.text("approvals.refuseConfirm")}</Button>
        <Button kind="plain" onClick={() => setRefusing(false)}>{m.text("cancel")}</Button>
      </div>
    </form>
  ) : (
    <>
      <p class="effect">{effect}</p>
      <div class="row">
        <Button kind={kind} inactive={working || !holds} onClick={approve}>{label}</Button>
        <Button inactive={working} onClick={() => setRefusing(true)}>{m.text("approvals.refuse")}</Button>
      </div>
    </>
  );
}
