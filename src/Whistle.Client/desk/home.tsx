import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { DeskApi, Me } from "../lib/deskApi.ts";
import type { Desk } from "../lib/flows/desk.ts";
import type { SourceApi } from "../lib/sourceApi.ts";
import { Channels } from "./admin/channels.tsx";
import { DirectoryPage } from "./admin/directory.tsx";
import { People } from "./admin/people.tsx";
import { ReleasedPage } from "./admin/released.tsx";
import { AuditPage } from "./auditor/audit.tsx";
import { ExportsPage } from "./auditor/exports.tsx";
import { Notice } from "../ui/Notice.tsx";
import { LogPage } from "./auditor/log.tsx";
import { useDesk } from "./context.ts";
import { IdentitiesPage } from "./custodian/identities-page.tsx";
import { Away, type Absence } from "./away.tsx";
import { KeysHelp } from "./keys-help.tsx";
import type { DeskKey, DeskLanguage } from "./messages.ts";
import { dayOf, dayWords } from "./model/days.ts";
import { browserStore } from "./model/local.ts";
import { browserPins } from "./model/pins.ts";
import { hasSingleKeys, keepSingleKeys } from "./model/keys.ts";
import { onTab, tabs, type Filter } from "./model/queue.ts";
import { RecoveryPage } from "./reviewer/recovery-page.tsx";
import { Reviewer } from "./reviewer/reviewer.tsx";
import { Unsaved } from "./reviewer/unsaved.tsx";
import { toRow } from "./reviewer/view.ts";
import { Workspace, type WorkspaceState } from "./reviewer/workspace.ts";
import { Shell } from "./shell.tsx";
import { ApprovalsPage } from "./summary/approvals-page.tsx";

export interface HomeProps {
  readonly api: DeskApi;
  readonly source: SourceApi;
  readonly me: Me;
  readonly desk: Desk | undefined;
  /** The filter as it was before the desk was locked. */
  readonly chips: Filter;
  readonly keepChips: (filter: Filter) => void;
  readonly idleMinutes: number;
  readonly lock: () => void;
  readonly signOut: () => void;
  readonly choose: (language: DeskLanguage) => void;
  readonly said: string;
}

const views = ["queue", "mine", "waiting", "closed", "approvals", "identities", "people", "channels", "directory", "released", "audit", "exports", "log", "recovery"] as const;
type View = (typeof views)[number];

/** What each role sees. Nobody's list holds a case beside the administration of people (DESIGN 3). The log is everybody's: in the menu, where it is no view of its own. */
const viewsOf: Readonly<Record<Me["person"]["role"], readonly [View, ...View[]]>> = {
  lead: [...tabs, "approvals"] as unknown as readonly [View, ...View[]],
  reviewer: [...tabs, "approvals"] as unknown as readonly [View, ...View[]],
  approver: ["approvals"],
  custodian: ["identities"],
  admin: ["people", "channels", "directory", "released"],
  auditor: ["audit", "exports", "log"],
};

const navKeys: Readonly<Record<View, DeskKey>> = {
  queue: "tab.queue",
  mine: "tab.mine",
  waiting: "tab.waiting",
  closed: "tab.closed",
  approvals: "approvals.title",
  identities: "identities.title",
  people: "admin.people.title",
  channels: "admin.channels.title",
  directory: "directory.title",
  released: "released.title",
  audit: "audit.title",
  exports: "exports.title",
  log: "log.title",
  recovery: "recovery.title",
};

/**
 * Seconds between two looks for new entries, which come by batches: hours apart in production, seconds in the demo. What changes
 * about cases that were opened is heard sooner, by server-sent events.
 */
const rounds = { demo: 4, production: 60 };

/** Milliseconds that signing out and locking by hand wait for drafts to be saved. */
const patience = 5000;

/** The desk of whoever is signed in, by role. */
export function Home({ api, source, me, desk, chips, keepChips, idleMinutes, lock, signOut, choose, said }: HomeProps): JSX.Element {
  const { m, say } = useDesk();
  const offered = viewsOf[me.person.role];
  const [view, setView] = useState<View>(offered[0]);
  const [filter, showFilter] = useState<Filter>(chips);
  const setFilter = (changed: Filter): void => {
    keepChips(changed);
    showFilter(changed);
  };
  const [help, setHelp] = useState(false);
  const [singleKeys, showSingleKeys] = useState(() => hasSingleKeys(browserPins()));
  const setSingleKeys = (on: boolean): void => {
    showSingleKeys(on);
    keepSingleKeys(browserPins(), on);
  };
  const lockAt = useIdle(idleMinutes, lock);
  const reads = desk !== undefined && (me.person.role === "lead" || me.person.role === "reviewer");
  const [state, setState] = useState<WorkspaceState | undefined>(undefined);
  const workspace = useMemo(
    () => (reads ? new Workspace({ api, source, desk, store: browserStore(), today: () => dayOf(Date.now()), changed: setState }) : undefined),
    [reads, api, source, desk],
  );
  useEffect(() => {
    if (workspace === undefined) {
      return undefined;
    }
    void workspace.start();
    const timer = setInterval(() => void workspace.refresh(), (me.demo === "yes" ? rounds.demo : rounds.production) * 1000);
    // It opens itself anew after a while; until then, and where something between us does not let it through, the timer looks.
    const events = new EventSource("/api/desk/events");
    events.onmessage = () => void workspace.heard();
    const going = (): void => void workspace.reading.flush();
    addEventListener("pagehide", going);
    return () => {
      removeEventListener("pagehide", going);
      events.close();
      clearInterval(timer);
      void workspace.stop();
    };
  }, [workspace, me.demo]);

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (workspace?.drafts.hasUnsaved() === true) {
        event.preventDefault();
      }
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [workspace]);
  const [leaving, setLeaving] = useState<{ readonly act: () => void } | undefined>(undefined);
  const saved = async (): Promise<boolean> =>
    workspace === undefined ||
    Promise.race([workspace.drafts.flush(), new Promise<boolean>((done) => setTimeout(() => done(false), patience))]);
  /** By hand, nobody leaves before the drafts are saved or given up. Idle time does not wait: content has to go. */
  const leave = async (act: () => void): Promise<void> => {
    if (workspace?.drafts.hasUnsaved() === true) {
      say(m.text("draft.saving"));
    }
    if (await saved()) {
      act();
    } else {
      setLeaving({ act });
    }
  };

  const [away, setAway] = useState<Absence | undefined>(me.away);
  const [asking, ask] = useState(false);
  const colleagues = desk === undefined ? [] : desk.directory.content.people.filter(
    (person) => person.id !== desk.person.id && desk.directory.content.channels.some(({ readers }) => readers.includes(person.id) && readers.includes(desk.person.id)),
  );

  const tab = tabs.find((t) => t === view);
  const now = state ?? workspace?.state;
  const held = now?.rows;
  /** How many each tab holds, counted when rows change and not at every step of a progress. */
  const counts = useMemo(() => {
    const rows = (held ?? []).map((row) => toRow(row, dayOf(Date.now())));
    return new Map(tabs.map((t) => [t, desk === undefined ? 0 : rows.filter((row) => onTab(row, t, desk.person.id)).length]));
  }, [held, desk]);
  return (
    <>
      <Shell
        name={me.person.name}
        demo={me.demo === "yes"}
        nav={offered.map((id) => {
          const own = tabs.find((t) => t === id);
          return {
            id,
            label: m.text(navKeys[id]),
            ...(own === undefined || own === "closed" || desk === undefined ? {} : { count: counts.get(own) ?? 0 }),
          };
        })}
        current={view}
        go={setView}
        search={
          tab === undefined
            ? undefined
            : { text: filter.text, change: (text) => setFilter({ ...filter, text }) }
        }
        lockAt={lockAt}
        lock={() => void leave(lock)}
        signOut={() => void leave(signOut)}
        help={() => setHelp(true)}
        absence={reads ? { ask: () => ask(true), away: away !== undefined } : undefined}
        log={offered.includes("log") ? undefined : () => setView("log")}
        recovery={reads ? () => setView("recovery") : undefined}
        choose={choose}
        said={said}
      >
        {away === undefined ? null : <Notice title={m.text("away.now", { day: dayWords(m.language, away.until, dayOf(Date.now())) })} />}
        {tab !== undefined && workspace !== undefined && now !== undefined ? (
          <Reviewer
            workspace={workspace}
            state={now}
            tab={tab}
            chooseTab={setView}
            filter={filter}
            changeFilter={setFilter}
            help={() => setHelp(true)}
            helpOpen={help || asking || leaving !== undefined}
            singleKeys={singleKeys}
          />
        ) : view === "approvals" && desk !== undefined ? (
          <ApprovalsPage api={api} desk={desk} />
        ) : view === "identities" && desk !== undefined ? (
          <IdentitiesPage api={api} desk={desk} />
        ) : view === "people" ? (
          <People api={api} />
        ) : view === "channels" ? (
          <Channels api={api} source={source} />
        ) : view === "directory" ? (
          <DirectoryPage api={api} pins={browserPins()} />
        ) : view === "released" ? (
          <ReleasedPage api={api} />
        ) : view === "audit" ? (
          <AuditPage api={api} />
        ) : view === "recovery" && desk !== undefined && workspace !== undefined ? (
          <RecoveryPage workspace={workspace} desk={desk} />
        ) : view === "log" ? (
          <LogPage source={source} pins={browserPins()} />
        ) : (
          <ExportsPage api={api} />
        )}
      </Shell>
      {leaving === undefined ? null : (
        <Unsaved text={m.text("draft.unsaved.leave")} retry={saved} leave={leaving.act} stay={() => setLeaving(undefined)} />
      )}
      {asking ? (
        <Away
          now={away}
          colleagues={colleagues}
          set={async (absence) => {
            await api.setAbsence(absence?.until, absence?.deputy);
            setAway(absence);
            await workspace?.refresh();
          }}
          close={() => ask(false)}
        />
      ) : null}
      {help ? <KeysHelp on={singleKeys} toggle={setSingleKeys} close={() => setHelp(false)} /> : null}
    </>
  );
}

/** Milliseconds since 1970 at which the desk locks; every key and pointer pushes it away. */
function useIdle(minutes: number, lock: () => void): number {
  const [lockAt, setLockAt] = useState(() => Date.now() + minutes * 60_000);
  useEffect(() => {
    let at = Date.now() + minutes * 60_000;
    const active = (): void => {
      at = Date.now() + minutes * 60_000;
    };
    const timer = setInterval(() => {
      if (Date.now() >= at) {
        lock(); // also where the computer slept meanwhile: the clock, not the timer, decides
      } else {
        setLockAt(at);
      }
    }, 1000);
    addEventListener("pointerdown", active);
    addEventListener("keydown", active);
    return () => {
      clearInterval(timer);
      removeEventListener("pointerdown", active);
      removeEventListener("keydown", active);
    };
  }, [minutes, lock]);
  return lockAt;
}
