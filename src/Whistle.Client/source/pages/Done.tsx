import type { JSX } from "preact";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { isLaw } from "../../lib/clocks.ts";
import { comeBackDay } from "../comeBack.ts";
import { useSource } from "../context.ts";
import { day } from "../format.ts";

/** When to come back, and how to leave. */
export function Done(): JSX.Element | null {
  const { m, sent, leave } = useSource();
  if (sent === undefined) {
    return null;
  }
  const { received } = sent;
  return (
    <Page name="done" heading={m.text("done.heading", { date: day(comeBackDay(sent.policy, received), m.language) })} title={m.text("title")}>
      <p class="lead">{m.text(isLaw(sent.policy) ? "done.must" : "done.look")}</p>
      <p>{m.text("done.how")}</p>
      <Notice kind="good">
        <p>{m.text("done.promise", { date: day(received, m.language) })}</p>
      </Notice>
      <div>
        <Button kind="main" onClick={leave} describedBy="leave-note">
          {m.text("done.leave")}
        </Button>
      </div>
      <p class="soft small" id="leave-note">
        {m.text("done.leave.note")}
      </p>
    </Page>
  );
}
