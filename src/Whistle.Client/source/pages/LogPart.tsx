import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { checkMailboxLog, savedProof, type Mailbox } from "../../lib/flows/mailbox.ts";
import type { LogFinding } from "../../lib/log/finding.ts";
import type { Vouchers } from "../../lib/log/policy.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useSource } from "../context.ts";
import { day } from "../format.ts";
import { save } from "../save.ts";

/** What the log says of this report. Undefined while it is read; `unread` where it could not be fetched. */
export type LogView = LogFinding | "unread" | undefined;

/** Looks into the log each time the mailbox was read. */
export function useLog(mailbox: Mailbox): LogView {
  const { ground } = useSource();
  const [view, setView] = useState<LogView>(undefined);
  useEffect(() => {
    const gone = new AbortController();
    checkMailboxLog(ground.api, mailbox, ground.today(), { signal: gone.signal }).then(setView, () => {
      if (!gone.signal.aborted) {
        setView("unread");
      }
    });
    return () => gone.abort();
  }, [mailbox]);
  return view;
}

/** One line under the clocks. */
export function LogLine({ view }: { readonly view: LogView }): JSX.Element | null {
  const { m, language } = useSource();
  if (view === undefined || (view !== "unread" && view.kind === "broken")) {
    return null;
  }
  if (view === "unread") {
    return <p class="soft small">{m.text("log.unread")}</p>;
  }
  if (view.kind === "waiting") {
    return <p class="soft small">{m.text("log.waiting", { date: day(view.by, language) })}</p>;
  }
  return (
    <>
      <p class="soft small">{m.text("log.logged")}</p>
      {view.done.length > 0 && <p class="soft small">{m.text("log.done", { acts: new Intl.ListFormat(language).format(view.done.map((what) => m.text(`log.${what}`))) })}</p>}
      <Vouched by={view.vouchers} />
    </>
  );
}

/** Whose word the log is, beside the organisation's. */
function Vouched({ by }: { readonly by: Vouchers | undefined }): JSX.Element {
  const { m, language } = useSource();
  return by?.met === true && by.day !== undefined ? (
    <p class="soft small">{m.text("log.witnessed", { names: new Intl.ListFormat(language).format(by.names), date: day(by.day, language) })}</p>
  ) : (
    <p class={by === undefined ? "soft small" : "small"}>{m.text(by === undefined ? "log.alone" : "log.unmet")}</p>
  );
}

/** What does not hold, in plain words, and the evidence as one file. */
export function LogTrouble({ view }: { readonly view: LogView }): JSX.Element | null {
  const { m } = useSource();
  if (view === undefined || view === "unread" || view.kind !== "broken") {
    return null;
  }
  const { code, evidence } = view;
  return (
    <Notice kind="warn" live title={m.text("log.broken")}>
      <p>{m.text(`log.fault.${code}`)}</p>
      <p>{m.text("log.broken.do")}</p>
      <Button onClick={() => save(new Blob([evidence], { type: "application/json" }), "evidence.json")}>{m.text("log.broken.save")}</Button>
    </Notice>
  );
}

/** Proof and copy, to be kept apart from this page. */
export function LogSaves({ view, mailbox }: { readonly view: LogView; readonly mailbox: Mailbox }): JSX.Element | null {
  const { m } = useSource();
  const { copy } = mailbox;
  const content = view === undefined || view === "unread" || view.kind !== "logged" ? undefined : view.proofs[1];
  return (
    <>
      {content !== undefined && (
        <div class="stack-tight">
          <div>
            <Button onClick={() => save(new Blob([savedProof(mailbox, content)], { type: "text/plain" }), "report.tlog-proof")} describedBy="proof-note">
              {m.text("log.save")}
            </Button>
          </div>
          <p class="soft small" id="proof-note">
            {m.text("log.save.note")}
          </p>
        </div>
      )}
      {copy !== undefined && (
        <div class="stack-tight">
          <div>
            <Button onClick={() => save(new Blob([new Uint8Array(copy)], { type: "application/json" }), "report.json")} describedBy="copy-note">
              {m.text("log.copy")}
            </Button>
          </div>
          <p class="soft small" id="copy-note">
            {m.text("log.copy.note")}
          </p>
        </div>
      )}
    </>
  );
}
