import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import type { ClockPolicy } from "../../lib/clocks.ts";
import type { CaseFacts, CaseState } from "../model/case.ts";
import type { CaseView, ChannelView, FileView } from "../model/views.ts";
import { Tabs } from "../parts/tabs.tsx";
import { isClosable } from "../model/moves.ts";
import { Aside } from "./aside.tsx";
import { Closing, type ClosingActs } from "./closing.tsx";
import { History } from "./history.tsx";
import { FileList, Letter } from "./letter.tsx";
import type { DraftAt } from "./drafts.ts";
import { InvestigationFile, type InvestigationActs, type OtherCase, type RecordInput } from "./investigation.tsx";
import type { IdentityActs } from "./identity.tsx";
import type { Kept } from "./kept.ts";
import { Notes } from "./note.tsx";
import type { PurgeActs } from "./purge.tsx";
import { Reply, type ReplyToSend } from "./reply.tsx";
import { Translations } from "./translation.tsx";
import type { LetterWork } from "./letter-work.ts";
import { StateMenu } from "./state-menu.tsx";

/** What can be wrong with a case as a whole and is said in words; sheets say it of themselves. */
const worded = ["first-message-invalid", "excluded-myself", "chain-broken", "content-mismatch"] as const;

export const casePanels = ["conversation", "notes", "investigation", "files", "history"] as const;
export type CasePanel = (typeof casePanels)[number];

export interface CasePageProps {
  readonly view: CaseView;
  readonly facts: CaseFacts;
  readonly channel: ChannelView | undefined;
  readonly me: string;
  readonly lead: boolean;
  readonly panel: CasePanel;
  readonly choosePanel: (panel: CasePanel) => void;
  /** Where the keyboard asked for: the reply or the note takes the focus once. */
  readonly focus: "reply" | "note" | undefined;
  readonly focused: () => void;
  readonly reply: LetterWork;
  readonly writeReply: (work: LetterWork) => void;
  readonly translate: (input: RecordInput) => Promise<boolean>;
  readonly replyDraft: DraftAt;
  /** The files that go with the reply. */
  readonly files: readonly File[];
  readonly attach: (files: readonly File[]) => void;
  readonly note: string;
  readonly writeNote: (text: string) => void;
  readonly noteDraft: DraftAt;
  readonly sending: string | undefined;
  readonly working: boolean;
  readonly downloading: string | undefined;
  /** What went wrong last, in words, and where. */
  readonly error: { readonly at: "case" | "identity" | "reply" | "note" | "closing" | "purge" | "record"; readonly text: string } | undefined;
  readonly send: (reply: ReplyToSend) => void;
  readonly saveNote: (text: string, mentions: readonly string[]) => void;
  readonly others: readonly OtherCase[];
  readonly kept: Kept;
  readonly investigation: InvestigationActs;
  readonly openReport: () => void;
  readonly openAccess: () => void;
  readonly move: (to: CaseState, reason: string) => void;
  readonly closing: string;
  readonly writeClosing: (text: string) => void;
  readonly closingDraft: DraftAt;
  readonly closingActs: ClosingActs;
  readonly purgeActs: PurgeActs;
  readonly assign: (person: string) => void;
  readonly hold: (until: number | undefined, reason: string) => void;
  readonly reclock: (policy: ClockPolicy) => void;
  readonly label: (labels: { readonly severity: string; readonly category: string; readonly stage?: string }) => void;
  readonly grant: (person: string) => void;
  readonly identityActs: IdentityActs;
  readonly recuse: (reason: string) => void;
  readonly download: (file: FileView) => void;
  readonly openSummary: () => void;
  readonly close: () => void;
}

/** One case: its conversation as letters, and what the team does about it. */
export function CasePage(props: CasePageProps): JSX.Element {
  const { m } = useDesk();
  const { view, facts, channel, panel, focus, focused, error } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [view.row.id]);
  useEffect(() => {
    if (focus !== undefined) {
      body.current?.querySelector<HTMLElement>(focus === "reply" ? ".composer-reply textarea" : ".composer-note textarea")?.focus();
      focused();
    }
  }, [focus, focused]);
  const files = view.letters.flatMap((letter) => letter.files);
  return (
    <article class="case" aria-labelledby="case-heading">
      <header class="case-head">
        <button type="button" class="button case-back" onClick={props.close}>{m.text("case.back")}</button>
        <div class="case-title">
          <h1 id="case-heading" ref={heading} tabIndex={-1} dir="auto">
            {view.row.title === "" ? m.text("row.untitled") : view.row.title}
          </h1>
          <p class="soft small" dir="auto">{channel === undefined ? m.text("row.otherChannel") : `${channel.name} · ${channel.entity}`}</p>
        </div>
        <StateMenu facts={facts} working={props.working} move={props.move} />
      </header>
      {error?.at === "case" ? <Notice kind="warn" live title={error.text} /> : null}
      {view.problems.length === 0 ? null : (
        <Notice kind="warn" title={m.text("case.problem", { code: view.problems.join(", ") })}>
          {worded.filter((code) => view.problems.includes(code)).map((code) => <p key={code}>{m.text(`case.problem.${code}`)}</p>)}
        </Notice>
      )}
      {facts.source === "gone" ? <Notice title={m.text("case.sourceGone")} /> : null}
      <Closing
        key={`${view.row.id} ${view.closings.map(({ id, state }) => `${id}${state}`).join(" ")}`}
        closings={view.closings}
        closers={view.closers}
        policy={facts.policy}
        closable={isClosable(facts.state)}
        lead={props.lead}
        working={props.working}
        error={error?.at === "closing" ? error.text : undefined}
        text={props.closing}
        write={props.writeClosing}
        draft={props.closingDraft}
        acts={props.closingActs}
      />
      <Tabs
        label={m.text("case.parts")}
        panel="case-panel"
        chosen={panel}
        choose={props.choosePanel}
        tabs={[
          { id: "conversation", label: m.text("case.conversation") },
          { id: "notes", label: m.text("case.notes"), count: view.notes.length },
          { id: "investigation", label: m.text("case.investigation"), count: view.investigation.tasks.filter(({ state }) => state === "open").length },
          { id: "files", label: m.text("case.files"), count: files.length },
          { id: "history", label: m.text("case.history") },
        ]}
      />
      <div id="case-panel" class="case-panel" role="tabpanel" aria-labelledby={`case-panel-${panel}`} ref={body} tabIndex={panel === "history" ? 0 : undefined}>
        {panel === "conversation" ? (
          <div class="stack">
            {view.letters.map((letter) => (
              <Letter key={letter.key} letter={letter} download={props.download} downloading={props.downloading}>
                <Translations letter={letter} kept={props.kept} caseId={view.row.id} working={props.working} record={props.translate} />
              </Letter>
            ))}
            <Reply
              key={view.row.id}
              facts={facts}
              policy={facts.policy}
              work={props.reply}
              write={props.writeReply}
              sourceLang={view.sourceLang}
              draft={props.replyDraft}
              files={props.files}
              attach={props.attach}
              sending={props.sending}
              error={error?.at === "reply" ? error.text : undefined}
              send={props.send}
              meeting={view.meeting}
            />
          </div>
        ) : panel === "notes" ? (
          <Notes
            notes={view.notes}
            text={props.note}
            write={props.writeNote}
            draft={props.noteDraft}
            saving={props.working}
            error={error?.at === "note" ? error.text : undefined}
            save={props.saveNote}
            others={view.people.filter(({ id, since }) => since !== undefined && id !== props.me)}
          />
        ) : panel === "investigation" ? (
          <InvestigationFile
            view={view}
            me={props.me}
            others={props.others}
            kept={props.kept}
            working={props.working}
            error={error?.at === "record" ? error.text : undefined}
            acts={props.investigation}
            download={props.download}
            downloading={props.downloading}
            openReport={props.openReport}
            openAccess={props.openAccess}
          />
        ) : panel === "files" ? (
          files.length === 0 ? (
            <p class="soft">{m.text("files.none")}</p>
          ) : (
            <>
              <p class="hint">{m.text("files.hint")}</p>
              <FileList files={files} download={props.download} downloading={props.downloading} />
            </>
          )
        ) : (
          <History view={view} />
        )}
      </div>
      <Aside
        view={view}
        facts={facts}
        channel={channel}
        me={props.me}
        lead={props.lead}
        working={props.working}
        assign={props.assign}
        hold={props.hold}
        reclock={props.reclock}
        label={props.label}
        grant={props.grant}
        openSummary={props.openSummary}
        kept={props.kept}
        identityError={error?.at === "identity" ? error.text : undefined}
        identityActs={props.identityActs}
        purgeError={error?.at === "purge" ? error.text : undefined}
        purgeActs={props.purgeActs}
        recuse={props.recuse}
      />
    </article>
  );
}
