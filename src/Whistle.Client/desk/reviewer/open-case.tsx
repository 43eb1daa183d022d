import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { codeOf } from "../../lib/errors.ts";
import type { DeskFile } from "../../lib/flows/desk.ts";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import { givenNames } from "../model/names.ts";
import type { ChannelView, FileView } from "../model/views.ts";
import { download } from "../parts/download.ts";
import { SummaryEditor, type Proposed } from "../summary/editor.tsx";
import { readWork, writeWork } from "../summary/work.ts";
import { CasePage, type CasePanel } from "./case-page.tsx";
import { AccessPage } from "./access-page.tsx";
import { Conflict } from "./conflict.tsx";
import type { RecordInput } from "./investigation.tsx";
import { readLetterWork, writeLetterWork } from "./letter-work.ts";
import type { ReplyToSend } from "./reply.tsx";
import { ReportPage } from "./report-page.tsx";
import { toView } from "./view.ts";
import type { Workspace, WorkspaceState } from "./workspace.ts";

export interface OpenCaseProps {
  readonly workspace: Workspace;
  readonly state: WorkspaceState;
  readonly id: string;
  readonly channel: ChannelView | undefined;
  readonly panel: CasePanel;
  readonly choosePanel: (panel: CasePanel) => void;
  readonly focus: "reply" | "note" | undefined;
  readonly focused: () => void;
  readonly summary: boolean;
  readonly showSummary: (shown: boolean) => void;
  readonly close: () => void;
}

type Place = "case" | "identity" | "reply" | "note" | "summary" | "closing" | "purge" | "record";

/** Opens one case, asks the conflict question first, and keeps what is being written through every failure. */
export function OpenCase(props: OpenCaseProps): JSX.Element {
  const { m, today, say } = useDesk();
  const { workspace, state, id, channel, panel, choosePanel, focus, focused, summary, showSummary, close } = props;
  const { desk } = workspace;
  const [file, setFile] = useState<DeskFile | undefined>(undefined);
  const [sending, setSending] = useState<string | undefined>(undefined);
  const [working, setWorking] = useState(false);
  const [downloading, setDownloading] = useState<string | undefined>(undefined);
  const [error, setError] = useState<{ readonly at: Place; readonly text: string } | undefined>(undefined);
  const [paper, setPaper] = useState<"report" | "access" | undefined>(undefined);
  const live = useRef(true);
  useEffect(() => () => {
    live.current = false;
  }, []);

  const fail = useCallback(
    (at: Place, failure: unknown): void => {
      if (live.current) {
        setError({ at, text: errorWords(m, failure) });
      }
    },
    [m],
  );
  const show = useCallback((opened: DeskFile): void => {
    if (live.current) {
      setFile(opened);
    }
  }, []);

  const load = useCallback(async (): Promise<void> => {
    show(await workspace.introduced(await workspace.open(id), { text: m.text("recovery.message", { name: desk.person.name }), lang: m.language }));
  }, [workspace, id, show, m, desk]);

  useEffect(() => {
    if (workspace.isUnclaimed(id)) {
      return;
    }
    void (async () => {
      try {
        await load();
        await workspace.loadDrafts(id);
      } catch (failure) {
        fail("case", failure);
      }
    })();
    // A case is opened once; changes come through its own acts.
  }, [workspace, id]);

  const busy = useRef(false);
  busy.current = working || sending !== undefined || file === undefined;
  useEffect(() => {
    // A colleague did something about it, or a batch brought a letter. What is being typed stands beside the page and stays; an act
    // that runs reads the case itself; and a page that nobody sees marks nothing as read.
    let missed = false;
    const again = (): void => {
      missed = document.visibilityState === "hidden";
      if (!missed && !busy.current) {
        load().catch(() => undefined); // whoever may not read it any more sees that in the list
      }
    };
    const seen = (): void => {
      if (missed) {
        again();
      }
    };
    const stop = workspace.onHeard(again);
    document.addEventListener("visibilitychange", seen);
    return () => {
      stop();
      document.removeEventListener("visibilitychange", seen);
    };
  }, [workspace, load]);

  const { drafts } = workspace;
  const [, redraw] = useState(0);
  useEffect(() => drafts.watch(() => redraw((turn) => turn + 1)), [drafts]);
  useEffect(
    () => () => {
      // Another case, the list, another view: what was written last is saved now. What is not stays in memory.
      void drafts.flush(id).then((saved) => saved || say(m.text("draft.kept")));
    },
    [drafts, id],
  );

  const run = async (at: Place, act: () => Promise<void>): Promise<boolean> => {
    if (working) {
      return false;
    }
    setWorking(true);
    setError(undefined);
    try {
      await act();
      return true;
    } catch (failure) {
      const code = codeOf(failure);
      fail(at, failure);
      if (code === "stale" || code === "out-of-sequence" || code === "identity-pending") {
        // Somebody else was faster: show what is new, keep what was written, let the person decide again.
        await load().catch((again: unknown) => fail(at, again));
      }
      return false;
    } finally {
      if (live.current) {
        setWorking(false);
      }
    }
  };

  const claim = (): Promise<boolean> => run("case", async () => {
    await workspace.claim(id);
    await load();
  });
  const stepBack = (reason: string): Promise<boolean> =>
    run("case", async () => {
      await workspace.recuse(id, reason);
      say(m.text("conflict.left"));
      close();
    });

  if (workspace.isUnclaimed(id) && file === undefined) {
    return (
      <div class="case case-asking">
        <button type="button" class="button case-back" onClick={close}>{m.text("case.back")}</button>
        <Conflict channel={channel?.name ?? ""} working={working} error={error?.text} claim={() => void claim()} recuse={(reason) => void stepBack(reason)} />
      </div>
    );
  }
  const facts = state.rows.find((row) => row.caseId === id)?.server;
  if (file === undefined || facts === undefined) {
    return (
      <div class="case">
        <button type="button" class="button case-back" onClick={close}>{m.text("case.back")}</button>
        {error === undefined ? <p role="status">{m.text("case.opening")}</p> : <Notice kind="warn" live title={error.text} />}
      </div>
    );
  }

  const view = toView(file, { desk, documents: state.documents.get(facts.channel), language: m.language, today });

  const send = async (input: ReplyToSend): Promise<void> => {
    const sent = await run("reply", async () => {
      await workspace.reply(
        file,
        {
          text: input.text,
          counts: input.counts,
          meeting: input.meeting,
          questions: input.questions,
          transcript: input.transcript,
          lang: input.lang,
          today,
          files: input.files.map((f) => ({ name: f.name, type: f.type === "" ? "application/octet-stream" : f.type, data: f })),
        },
        (step) => setSending(m.text(`reply.step.${step}`)),
      );
      say(m.text("reply.sent"));
      await load();
    });
    setSending(undefined);
    if (sent) {
      document.getElementById("case-heading")?.focus();
    }
  };
  const record = (input: RecordInput): Promise<boolean> =>
    run("record", async () => {
      await workspace.record(file, input);
      say(m.text("record.saved"));
      await load();
    });
  const saveNote = (text: string, mentions: readonly string[]): Promise<boolean> =>
    run("note", async () => {
      await workspace.note(file, text, mentions);
      say(m.text("note.saved"));
      await load();
    });
  const save = async (attachment: FileView): Promise<void> => {
    setDownloading(`${attachment.object}/${attachment.index}`);
    try {
      const blob = await workspace.file(file, attachment);
      // Saved, never shown inside the page: what a stranger sent must not run with the desk's rights.
      download(attachment.name, "application/octet-stream", [new Uint8Array(await blob.arrayBuffer())]);
      say(m.text("file.saved", { name: attachment.name }));
    } catch (failure) {
      fail("case", failure);
    } finally {
      if (live.current) {
        setDownloading(undefined);
      }
    }
  };
  const propose = (proposed: Proposed): Promise<boolean> =>
    run("summary", async () => {
      await workspace.propose(file, {
        title: proposed.title,
        text: proposed.text,
        outcome: proposed.outcome,
        approvers: proposed.approvers,
        category: view.row.category,
        severity: view.row.severity,
        lang: file.sheet?.lang ?? m.language,
      });
      say(m.text("summary.proposed"));
      showSummary(false);
      await load();
    });

  if (summary) {
    const report = view.letters.find((letter) => letter.kind === "report");
    const original = report?.text ?? "";
    return (
      <SummaryEditor
        original={original}
        work={readWork(drafts.text(id, "summary"), original)}
        write={(work) => drafts.write(id, "summary", writeWork(work))}
        draft={drafts.state(id, "summary")}
        earlier={view.summaries}
        names={givenNames(view)}
        approvers={view.approvers}
        working={working}
        error={error?.at === "summary" ? error.text : undefined}
        propose={(proposed) => void propose(proposed)}
        close={() => showSummary(false)}
      />
    );
  }
  if (paper === "report") {
    return <ReportPage view={view} channel={channel} kept={workspace.kept} working={working} error={error?.at === "record" ? error.text : undefined} record={record} close={() => setPaper(undefined)} />;
  }
  if (paper === "access") {
    return <AccessPage view={view} kept={workspace.kept} working={working} error={error?.at === "record" ? error.text : undefined} record={record} close={() => setPaper(undefined)} />;
  }
  return (
    <CasePage
      view={view}
      facts={facts}
      channel={channel}
      me={desk.person.id}
      lead={desk.me.person.role === "lead" || !view.people.some(({ since, role }) => since !== undefined && role === "lead")}
      panel={panel}
      choosePanel={choosePanel}
      focus={focus}
      focused={focused}
      reply={readLetterWork(drafts.text(id, "reply"))}
      writeReply={(work) => drafts.write(id, "reply", writeLetterWork(work))}
      translate={record}
      replyDraft={drafts.state(id, "reply")}
      files={drafts.files(id)}
      attach={(files) => drafts.attach(id, files)}
      note={drafts.text(id, "note")}
      writeNote={(text) => drafts.write(id, "note", text)}
      noteDraft={drafts.state(id, "note")}
      sending={sending}
      working={working}
      downloading={downloading}
      error={error?.at === "summary" || error === undefined ? undefined : { at: error.at, text: error.text }}
      send={(input) => void send(input)}
      saveNote={(text, mentions) => void saveNote(text, mentions)}
      others={state.rows.filter((row) => row.caseId !== id).map((row) => ({ id: row.caseId, title: row.sheet?.title ?? "", held: row.server !== undefined }))}
      kept={workspace.kept}
      investigation={{
        record,
        endLink: (link) =>
          run("record", async () => {
            await workspace.endLink(file, link);
            say(m.text("record.saved"));
            await load();
          }),
        link: (to, relation, text) =>
          run("record", async () => {
            await workspace.link(file, to, relation, text);
            say(m.text("record.saved"));
            await load();
          }),
      }}
      openReport={() => setPaper("report")}
      openAccess={() => setPaper("access")}
      move={(to, reason) => void run("case", async () => {
        await workspace.move(file, to, reason);
        await load();
      })}
      closing={drafts.text(id, "closing")}
      writeClosing={(text) => drafts.write(id, "closing", text)}
      closingDraft={drafts.state(id, "closing")}
      closingActs={{
        propose: (closing) => void run("closing", async () => {
          await workspace.proposeClosing(file, { ...closing, lang: m.language });
          say(m.text("closing.proposed"));
          await load();
        }),
        approve: (closing) => void run("closing", async () => {
          await workspace.approveClosing(file, closing.id);
          say(m.text("closing.approved"));
          await load();
        }),
        refuse: (closing, code) => void run("closing", async () => {
          await workspace.api.refuse(closing.id, code);
          say(m.text("approvals.refused"));
          await load();
        }),
        close: () => void run("closing", async () => {
          await workspace.move(file, "closed");
          await load();
        }),
      }}
      purgeActs={{
        propose: (purge) => run("purge", async () => {
          await workspace.proposePurge(file, { ...purge, lang: m.language });
          say(m.text("purge.proposed"));
          await load();
        }),
        approve: (purge) => void run("purge", async () => {
          await workspace.approvePurge(file, purge.id);
          say(m.text("purge.approved"));
          await load();
        }),
        refuse: (purge, code) => void run("purge", async () => {
          await workspace.api.refuse(purge.id, code);
          say(m.text("approvals.refused"));
          await load();
        }),
      }}
      assign={(person) => void run("case", async () => {
        await workspace.assign(file, person);
        await load();
      })}
      hold={(until, reason) => void run("case", async () => {
        await workspace.hold(file, until, reason);
        await load();
      })}
      reclock={(policy) => void run("case", async () => {
        await workspace.reclock(file, policy);
        await load();
      })}
      label={(labels) => void run("case", async () => {
        await workspace.label(file, labels);
        await load();
      })}
      grant={(person) => void run("case", async () => {
        const name = view.sharable.find((p) => p.id === person)?.name ?? "";
        await workspace.grant(file, person, { text: m.text("grant.message", { name }), lang: m.language });
        say(m.text("grant.done", { name }));
        await load();
      })}
      identityActs={{
        ask: (asked) => run("identity", async () => {
          await workspace.askIdentity(file, { ...asked, lang: m.language });
          say(m.text("letter" in asked.how ? "identity.sent.tell" : "identity.sent.override"));
          await load();
        }),
        withdraw: () => void run("identity", async () => {
          await workspace.withdrawIdentity(file);
          say(m.text("identity.withdrawn"));
          await load();
        }),
      }}
      recuse={(reason) => void stepBack(reason)}
      download={(attachment) => void save(attachment)}
      openSummary={() => showSummary(true)}
      close={close}
    />
  );
}
