import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { checkMailboxLog, savedProof, type Mailbox } from "../../lib/flows/mailbox.ts";
import type { LogFinding } from "../../lib/log/finding.ts";
import type { Vouchers } from "../../lib/log/policy.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useSource } from "../context.ts";
import { day } from "../format.ts";
import type { SourceKey } from "../language.ts";
import { save } from "../save.ts";

/** What the log says of this report. Undefined while it is read; `unread` where it could not be fetched. */
export type LogView = LogFinding | { readonly kind: "unread" } | undefined;

/** The comparison with the mirror, where somebody asked for it. */
type MirrorView = "note" | "asking" | "same" | "unread";

export interface LogLook {
  readonly view: LogView;
  readonly mirror: MirrorView;
  /** Where the mirror is; undefined where the directory names none. */
  readonly host: string | undefined;
  compare(): void;
}

/** Looks into the log each time the mailbox was read. No address but the portal's is asked unless somebody wants it. */
export function useLog(mailbox: Mailbox): LogLook {
  const { ground } = useSource();
  const [view, setView] = useState<LogView>(undefined);
  const [mirror, setMirror] = useState<MirrorView>("note");
  const look = (signal: AbortSignal | undefined, withMirror: boolean): void => {
    checkMailboxLog(ground.api, mailbox, ground.today(), { signal, withMirror }).then(
      (found) => {
        setView(found);
        setMirror(withMirror ? "same" : "note");
      },
      () => {
        if (signal?.aborted !== true) {
          withMirror ? setMirror("unread") : setView({ kind: "unread" });
        }
      },
    );
  };
  useEffect(() => {
    const gone = new AbortController();
    look(gone.signal, false);
    return () => gone.abort();
  }, [mailbox]);
  const { mirror: address } = mailbox.directory.content.log;
  return {
    view,
    mirror,
    host: address?.split("/")[2],
    compare: () => {
      setMirror("asking");
      look(undefined, true);
    },
  };
}

/** One line under the clocks. */
export function LogLine({ log: { view, mirror, host, compare } }: { readonly log: LogLook }): JSX.Element | null {
  const { m, language } = useSource();
  if (view === undefined || view.kind === "broken") {
    return null;
  }
  if (view.kind === "unread") {
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
      {host !== undefined && (
        <div class="stack-tight">
          <p class="soft small" id="mirror-note" role="status">
            {m.text(`log.mirror.${mirror === "asking" ? "note" : mirror}`, { host })}
          </p>
          {mirror !== "same" && (
            <div>
              <Button inactive={mirror === "asking"} onClick={compare} describedBy="mirror-note">
                {m.text("log.mirror")}
              </Button>
            </div>
          )}
        </div>
      )}
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
  if (view?.kind !== "broken") {
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
export function LogSaves({ view, mailbox }: { readonly view: LogView; readonly mailbox: Mailbox }): JSX.Element {
  const { copy } = mailbox;
  const content = view?.kind === "logged" ? view.proofs[1] : undefined;
  return (
    <>
      {content !== undefined && <SaveFile name="report.tlog-proof" what="log.save" note="log.save.note" bytes={() => savedProof(mailbox, content)} />}
      {copy !== undefined && <SaveFile name="report.json" what="log.copy" note="log.copy.note" bytes={() => new Uint8Array(copy)} />}
    </>
  );
}

interface SaveFileProps {
  readonly name: string;
  readonly what: SourceKey;
  readonly note: SourceKey;
  bytes(): string | Uint8Array<ArrayBuffer>;
}

/** A file to keep, and what to know about it. */
export function SaveFile({ name, what, note, bytes }: SaveFileProps): JSX.Element {
  const { m } = useSource();
  return (
    <div class="stack-tight">
      <div>
        <Button onClick={() => save(new Blob([bytes()]), name)} describedBy={what}>
          {m.text(what)}
        </Button>
      </div>
      <p class="soft small" id={what}>
        {m.text(note)}
      </p>
    </div>
  );
}
