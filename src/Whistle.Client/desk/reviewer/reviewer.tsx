import type { JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { personById } from "../../lib/directory.ts";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import { actOf, moveSelection, type Act } from "../model/keys.ts";
import { fold, onTab, pageAt, queueRows, tabs, type Filter, type Tab } from "../model/queue.ts";
import type { CasePanel } from "./case-page.tsx";
import { FilingPage } from "./filing.tsx";
import { OpenCase } from "./open-case.tsx";
import { Queue, toggled } from "./queue.tsx";
import { Unsaved } from "./unsaved.tsx";
import { toChannel, toRow } from "./view.ts";
import type { Workspace, WorkspaceState } from "./workspace.ts";

export interface ReviewerProps {
  readonly workspace: Workspace;
  readonly state: WorkspaceState;
  readonly tab: Tab;
  readonly chooseTab: (tab: Tab) => void;
  readonly filter: Filter;
  readonly changeFilter: (filter: Filter) => void;
  readonly help: () => void;
  readonly helpOpen: boolean;
  readonly singleKeys: boolean;
}

/** The list and the open case side by side; on a phone one after the other. */
export function Reviewer(props: ReviewerProps): JSX.Element {
  const { m, today } = useDesk();
  const { workspace, state, tab, chooseTab, filter, changeFilter, help, helpOpen, singleKeys } = props;
  const { desk } = workspace;
  const me = desk.person.id;
  const [selected, select] = useState<string | undefined>(undefined);
  const [open, setOpen] = useState<string | undefined>(undefined);
  const [panel, choosePanel] = useState<CasePanel>("conversation");
  const [summary, showSummary] = useState(false);
  /** A report that is being filed is only hidden on the way back to the list: what was typed is still there. */
  const [filing, setFiling] = useState<"none" | "shown" | "hidden">("none");
  const [picked, pick] = useState<ReadonlySet<string> | undefined>(undefined);
  const [focus, setFocus] = useState<"reply" | "note" | undefined>(undefined);

  const channels = useMemo(
    () => [...new Set(state.rows.map((row) => row.channel))].map((id) => toChannel(desk, id, state.documents.get(id), m.language)),
    [state.rows, state.documents, desk, m],
  );
  const all = useMemo(() => {
    const others = new Map(state.rows.map((row) => [row.caseId, row]));
    return state.rows.map((row) => toRow(row, today, { others, duties: workspace.reading.index.duties(row.caseId) }));
  }, [state.rows, state.read, today, workspace]);
  const rows = useMemo(
    () =>
      queueRows(all, tab, filter, {
        me,
        today,
        policy: (id) => channels.find((channel) => channel.id === id)?.policy ?? "eu",
        words: (row) => {
          const channel = channels.find((c) => c.id === row.channel);
          const labels = [...(channel?.severities ?? []), ...(channel?.categories ?? [])].filter((c) => c.id === row.severity || c.id === row.category);
          return `${fold([row.title, channel?.name ?? "", channel?.entity ?? "", ...labels.map((label) => label.label)].join(" "))}\n${workspace.reading.index.words(row.id)}`;
        },
      }),
    [all, tab, filter, me, today, channels, workspace, state.read],
  );
  /** Whoever leads gives a case to anybody who reads its channel, and the server says who of them holds it; the others take it themselves. */
  const assignable = useMemo(() => {
    const { people: everybody, channels: theirs } = desk.directory.content;
    const channelsOf = (id: string): string[] => theirs.filter((channel) => channel.readers.includes(id)).map((channel) => channel.id);
    const others = desk.person.role === "lead" ? everybody.filter(({ id, role }) => id !== me && (role === "lead" || role === "reviewer")) : [];
    // A case that somebody gave, or of a channel that was given up, can be taken by whoever holds it.
    return [
      { id: me, label: m.text("people.you"), channels: [...new Set(state.rows.map(({ channel }) => channel))] },
      ...others.map(({ id, name }) => ({ id, label: name, channels: channelsOf(id) })),
    ];
  }, [desk, me, m, state.rows]);
  /** The place with which the drawn page begins, and the row that takes the focus once it is drawn. */
  const [first, setFirst] = useState(0);
  const wanted = useRef<string | undefined>(undefined);
  const chosen = useRef(selected);
  chosen.current = selected;
  const listed = useRef(rows);
  listed.current = rows;
  useEffect(() => setFirst(0), [tab, filter]);
  const focusRow = useCallback((id: string | undefined): void => {
    const place = listed.current.findIndex((row) => row.id === id);
    if (place >= 0) {
      wanted.current = id;
      setFirst(pageAt(place, listed.current.length));
    }
  }, []);
  useLayoutEffect(() => {
    const row = wanted.current === undefined ? undefined : [...document.querySelectorAll<HTMLElement>("[data-case]")].find((element) => element.dataset["case"] === wanted.current);
    if (row !== undefined) {
      wanted.current = undefined;
      row.focus();
    }
  });
  const total = all.filter((row) => onTab(row, tab, me)).length;

  const opened = useRef(open);
  opened.current = open;
  const [asking, ask] = useState<{ readonly act: () => void } | undefined>(undefined);
  /** A case is not left with a draft that the server did not take, unless the person says so. */
  const leave = useCallback(
    (act: () => void): void => {
      if (opened.current !== undefined && workspace.drafts.hasFailed(opened.current)) {
        ask({ act });
      } else {
        act();
      }
    },
    [workspace],
  );
  const showRow = useCallback((id: string): void => {
    setFiling((now) => (now === "shown" ? "hidden" : now));
    select(id);
    setOpen(id);
    choosePanel("conversation");
    showSummary(false);
    // The back key leads from the case to the list. The entry names no case: history must not tell which were read.
    if (history.state !== "case") {
      history.pushState("case", "");
    }
  }, []);
  const openRow = useCallback((id: string): void => (id === open ? showRow(id) : leave(() => showRow(id))), [leave, open, showRow]);
  const closeRow = useCallback((): void => {
    opened.current = undefined; // the history's own event comes next and finds nothing left to ask about
    setOpen(undefined);
    showSummary(false);
    if (history.state === "case") {
      history.back();
    }
    focusRow(selected);
  }, [selected, focusRow]);
  const close = useCallback((): void => leave(closeRow), [leave, closeRow]);
  useEffect(() => {
    const back = (): void => {
      if (opened.current !== undefined && workspace.drafts.hasFailed(opened.current)) {
        history.pushState("case", ""); // the key was pressed: the case stays until the question is answered
      }
      leave(closeRow);
    };
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [workspace, leave, closeRow]);

  useEffect(() => {
    const act = (what: Act): boolean => {
      switch (what) {
        case "next":
        case "previous": {
          const id = moveSelection(rows.map((row) => row.id), chosen.current, what);
          chosen.current = id; // a key that is held down comes again before this is drawn
          select(id);
          focusRow(id);
          return true;
        }
        case "open":
          if (selected === undefined || selected === open) {
            return false;
          }
          openRow(selected);
          return true;
        case "back":
          if (open === undefined) {
            return false;
          }
          if (document.activeElement instanceof HTMLTextAreaElement || document.activeElement instanceof HTMLInputElement) {
            document.activeElement.blur(); // Esc first leaves the field, so that nobody closes a case while writing
          } else {
            close();
          }
          return true;
        case "pick":
          if (selected === undefined || rows.find((row) => row.id === selected)?.facts === undefined) {
            return false;
          }
          pick((now) => toggled(now, selected));
          return true;
        case "help":
          help();
          return true;
        case "search":
          document.getElementById("search")?.focus();
          return true;
        case "reply":
        case "note":
          if (open === undefined || summary) {
            return false;
          }
          choosePanel(what === "reply" ? "conversation" : "notes");
          setFocus(what);
          return true;
        case "tab-1":
        case "tab-2":
        case "tab-3":
        case "tab-4": {
          const chosen = tabs[Number(what.slice(4)) - 1];
          if (chosen !== undefined) {
            chooseTab(chosen);
          }
          return true;
        }
      }
    };
    const press = (event: KeyboardEvent): void => {
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      const what = actOf(
        {
          key: event.key,
          ctrlKey: event.ctrlKey,
          metaKey: event.metaKey,
          altKey: event.altKey,
          writing: target?.matches("input, textarea, select") === true || target?.isContentEditable === true,
          onControl: target?.matches("button, a, summary, [role=tab]") === true,
        },
        singleKeys,
      );
      if (what !== undefined && !helpOpen && asking === undefined && act(what)) {
        event.preventDefault();
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [rows, selected, focusRow, open, summary, openRow, close, help, helpOpen, asking, chooseTab, singleKeys]);

  const shown = open === undefined ? undefined : all.find((row) => row.id === open);
  return (
    <div class={shown === undefined && filing !== "shown" ? "columns" : "columns columns-open"}>
      <div class="column-list">
        {state.failure === undefined ? null : <Notice kind="warn" live title={errorWords(m, state.failure)} />}
        {state.refused.map((item) => (
          <Notice key={item.id} kind="warn" title={m.text("inbox.refused", { name: personById(desk.directory.content, item.from)?.name ?? m.text("letter.someone") })} />
        ))}
        <Queue
          tab={tab}
          rows={rows}
          first={first}
          turnTo={(place) => focusRow(rows[pageAt(place, rows.length)]?.id)}
          total={total}
          channels={channels}
          filter={filter}
          changeFilter={changeFilter}
          selected={selected}
          open={openRow}
          settled={state.settled}
          caseOpen={shown !== undefined || filing === "shown"}
          file={() => leave(() => {
            closeRow();
            setFiling("shown");
          })}
          opening={state.opening}
          hit={(id) => workspace.reading.index.hit(id, filter.text)}
          saved={{ saved: workspace.filters, save: (one) => workspace.saveFilter(one), remove: (name) => workspace.removeFilter(name) }}
          picked={picked}
          pick={pick}
          bulk={{ assign: (id, person) => workspace.assignListed(id, person), label: (id, labels) => workspace.labelListed(id, labels) }}
          people={assignable}
          search={{
            unread: workspace.unread().length,
            read: (options) => workspace.readForSearch(options),
            forget: workspace.reading.index.isEmpty ? undefined : () => workspace.reading.forget(),
          }}
          nameOf={(person) => (person === me ? m.text("people.you") : (personById(desk.directory.content, person)?.name ?? m.text("letter.someone")))}
        />
      </div>
      {asking === undefined || open === undefined ? null : (
        <Unsaved
          text={m.text("draft.unsaved.close")}
          retry={() => workspace.drafts.flush(open)}
          leave={() => {
            ask(undefined);
            asking.act();
          }}
          stay={() => ask(undefined)}
        />
      )}
      <div class="column-case">
        {filing === "none" ? null : (
          <div hidden={filing === "hidden"}>
            <FilingPage
              workspace={workspace}
              state={state}
              done={(id) => {
                setFiling("none");
                showRow(id);
              }}
              close={() => setFiling("hidden")}
            />
          </div>
        )}
        {filing === "shown" ? null : shown === undefined ? (
          <div class="empty empty-case">
            <p>{m.text("case.none")}</p>
          </div>
        ) : (
          <OpenCase
            key={shown.id}
            workspace={workspace}
            state={state}
            id={shown.id}
            channel={channels.find((channel) => channel.id === shown.channel)}
            panel={panel}
            choosePanel={choosePanel}
            focus={focus}
            focused={() => setFocus(undefined)}
            summary={summary}
            showSummary={showSummary}
            close={close}
          />
        )}
      </div>
    </div>
  );
}
