import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { burnMailbox } from "../../lib/flows/mailbox.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { Page } from "../../ui/Page.tsx";
import { FormPage } from "../FormPage.tsx";
import { useSource } from "../context.ts";
import { useSession } from "../session.ts";

/** What goes, what stays, and that nobody can undo it, before the act. */
export function Burn(): JSX.Element {
  const { m, ground, back, swap, forget } = useSource();
  const withSession = useSession();
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const onBurn = async (): Promise<void> => {
    if (busy) {
      return;
    }
    if (!sure) {
      setProblems([{ field: "sure", text: m.text("burn.sure.missing") }]);
      return;
    }
    setBusy(true);
    try {
      await withSession((mailbox) => burnMailbox(ground.api, mailbox));
    } catch {
      setBusy(false);
      setProblems([{ field: "sure", text: m.text("burn.failed") }]);
      return;
    }
    forget("burnt");
    swap("burnt");
  };
  return (
    <FormPage name="burn" heading={m.text("burn.heading")} problems={problems}>
      <ul>
        <li>{m.text("burn.words")}</li>
        <li>{m.text("burn.answers")}</li>
        <li>{m.text("burn.team")}</li>
        <li>{m.text("burn.forever")}</li>
      </ul>
      <Checkboxes
        id="sure"
        label={m.text("burn.heading")}
        labelHidden
        options={[{ id: "sure", label: m.text("burn.sure") }]}
        values={sure ? ["sure"] : []}
        onChange={(values) => {
          setSure(values.length > 0);
          setProblems([]);
        }}
        error={problems[0]?.text}
      />
      <div class="row">
        <Button kind="warn" inactive={busy} onClick={() => void onBurn()}>
          {m.text("burn.go")}
        </Button>
        <Button onClick={back}>{m.text("burn.keep")}</Button>
      </div>
    </FormPage>
  );
}

/** The mailbox is gone. */
export function Burnt(): JSX.Element {
  const { m, leave } = useSource();
  return (
    <Page name="burnt" heading={m.text("burnt.heading")} title={m.text("title")}>
      <p class="lead">{m.text("burnt.text")}</p>
      <div>
        <Button kind="main" onClick={leave}>
          {m.text("mail.leave")}
        </Button>
      </div>
    </Page>
  );
}
