import type { JSX } from "preact";
import { useCallback, useEffect, useErrorBoundary, useRef, useState } from "preact/hooks";
import { hex } from "../lib/bytes.ts";
import type { Directory } from "../lib/directory.ts";
import type { ChannelDocuments } from "../lib/documents.ts";
import { codeOf } from "../lib/errors.ts";
import { loadDirectory, loadDocuments } from "../lib/flows/directory.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { isDemoPage } from "../ui/demo.ts";
import { LanguagePicker } from "../ui/LanguagePicker.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";
import { depthOf, leaveNow } from "../ui/leave.ts";
import { QuickExit } from "../ui/QuickExit.tsx";
import { loadMessages, type Messages } from "../ui/i18n.ts";
import { SourceContext, type DirectoryState, type Ground, type Inside, type Outgoing, type SentReport, type Source } from "./context.ts";
import { emptyDraft, holdsText, withChange, type Draft } from "./draft.ts";
import { languageNames, languages, type Language, type SourceKey } from "./language.ts";
import { forward, instead, jump, needsReaders, newTrail, shown, type Phase, type StepName, type Trail } from "./trail.ts";
import { Shown } from "./Shown.tsx";
import { useIdle } from "./useIdle.ts";

export interface AppProps {
  readonly ground: Ground;
  readonly first: { readonly language: Language; readonly m: Messages<SourceKey> };
}

/** The whole source side. Everything that was typed lives in this component's memory and nowhere else. */
export function App({ ground, first }: AppProps): JSX.Element {
  const [{ m, language }, setMessages] = useState(first);
  const [directory, setDirectory] = useState<DirectoryState>({ status: "loading" });
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [trail, setTrail] = useState<Trail>(newTrail);
  const [sent, setSent] = useState<SentReport | undefined>(undefined);
  const [inside, setInside] = useState<Inside | undefined>(undefined);
  const [forgotten, setForgotten] = useState(false);
  const [forgets, setForgets] = useState(0);
  const [typing, setTyping] = useState(false);
  const [held, setHeld] = useState(false);
  const outgoing = useRef<Outgoing | undefined>(undefined);
  const latest = useRef<{ readonly directory: Directory | undefined; readonly trail: Trail }>({ directory: undefined, trail });
  latest.current = { ...latest.current, trail };
  const [failed, resetFailed] = useErrorBoundary();

  const phase: Phase = sent !== undefined ? (sent.words === undefined ? "over" : "sent") : inside !== undefined ? "inside" : "writing";
  // A channel that a newer list of readers no longer has must be chosen anew.
  const hasChannel = draft.channel !== undefined && (directory.status !== "ready" || directory.documents.has(draft.channel));
  const step = shown(trail.steps[trail.index] ?? { at: "start", page: 0 }, phase, hasChannel);

  const move = (next: Trail, replace: boolean): void => {
    // Only numbers go into the browser's history, and the address stays as it is.
    const depth = depthOf(history.state);
    if (replace) {
      history.replaceState({ entry: next.index, depth }, "");
    } else {
      history.pushState({ entry: next.index, depth: depth + 1 }, "");
    }
    latest.current = { ...latest.current, trail: next };
    setTrail(next);
  };
  const go = (at: StepName, page = 0): void => move(forward(latest.current.trail, { at, page }), false);
  const swap = (at: StepName, page = 0): void => move(instead(latest.current.trail, { at, page }), true);

  const reload = useCallback(async (): Promise<"same" | "changed" | "problem"> => {
    const before = latest.current.directory;
    setDirectory((state) => (state.status === "ready" ? state : { status: "loading" }));
    try {
      const next = await loadDirectory(ground.api, {
        origin: ground.origin,
        today: ground.today(),
        pinnedRoot: before === undefined ? undefined : hex(before.root),
        seenVersion: before?.content.version,
      });
      const documents = new Map<string, ChannelDocuments>(
        await Promise.all(next.content.channels.map(async (channel) => [channel.id, await loadDocuments(ground.api, channel)] as const)),
      );
      latest.current = { ...latest.current, directory: next };
      setDirectory({ status: "ready", directory: next, documents });
      return before === undefined || before.hash === next.hash ? "same" : "changed";
    } catch (error) {
      setDirectory({ status: "problem", code: codeOf(error) });
      return "problem";
    }
  }, [ground]);

  useEffect(() => {
    history.replaceState({ entry: 0, depth: depthOf(history.state) }, ""); // after a reload the entries below are still ours
    const onPop = (event: PopStateEvent): void => setTrail((now) => jump(now, entryOf(event.state)));
    addEventListener("popstate", onPop);
    return () => removeEventListener("popstate", onPop);
  }, []);

  // Whoever only looks at the start, or comes back with words, asks the server for nothing that they don't need.
  const asked = useRef(false);
  useEffect(() => {
    if (needsReaders(step.at) && !asked.current) {
      asked.current = true;
      void reload();
    }
  }, [step.at, reload]);

  const unsaved = holdsText(draft) || held || sent?.words !== undefined;
  const guard = useRef(unsaved);
  guard.current = unsaved;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (guard.current) {
        event.preventDefault();
      }
    };
    // A page that the browser kept aside for its Back button would show everything again to whoever comes next.
    const revived = (event: PageTransitionEvent): void => {
      if (event.persisted) {
        location.reload();
      }
    };
    addEventListener("beforeunload", ask);
    addEventListener("pageshow", revived);
    return () => {
      removeEventListener("beforeunload", ask);
      removeEventListener("pageshow", revived);
    };
  }, []);

  const forget = (why: "idle" | "burnt"): void => {
    setInside(undefined);
    setHeld(false);
    setForgotten(why === "idle");
    setForgets((times) => times + 1);
  };
  const onIdle = (): void => {
    if (sent === undefined) {
      forget("idle");
      return;
    }
    setSent(undefined);
    setForgotten(sent.words !== undefined);
    swap(sent.words === undefined ? "start" : "return");
  };
  const wipe = useCallback((): void => {
    guard.current = false;
    outgoing.current = undefined;
    setDraft(emptyDraft);
    setSent(undefined);
    setInside(undefined);
    setHeld(false);
    setForgets((times) => times + 1);
  }, []);
  const leave = (): void => leaveNow(wipe);
  const idle = useIdle(inside !== undefined || typing || sent !== undefined, onIdle);

  const choose = async (next: Language): Promise<void> => {
    try {
      setMessages({ m: await loadMessages<SourceKey>("source", next), language: next });
    } catch {
      setMessages((now) => ({ ...now })); // the language stays as it was, and so does the picker
    }
  };
  useEffect(() => {
    document.documentElement.lang = m.language;
    document.documentElement.dir = m.direction;
    document.title = m.text("title");
  }, [m]);

  const source: Source = {
    ground,
    m,
    language,
    directory,
    reload,
    draft,
    write: (change) => setDraft((now) => withChange(now, change)),
    setDraft,
    go,
    swap,
    back: () => history.back(),
    outgoing,
    sent,
    confirmWords: () => {
      setSent((now) => now && { ...now, words: undefined });
      swap("done");
    },
    finishSending: (report) => {
      outgoing.current = undefined;
      setSent(report);
      setDraft(emptyDraft);
      swap("words");
    },
    inside,
    enter: (next) => {
      setInside(next);
      setForgotten(false);
    },
    hold: setHeld,
    forget,
    forgotten,
    forgets,
    holdWords: setTyping,
    leave,
  };
  return (
    <SourceContext.Provider value={source}>
      <div class="frame">
        <a
          class="skip-link"
          href="#main"
          onClick={(event) => {
            event.preventDefault();
            document.querySelector<HTMLElement>("h1")?.focus();
          }}
        >
          {m.text("skip")}
        </a>
        {isDemo(directory) && <Banner label={m.text("demo.label")}>{m.text("demo.text")}</Banner>}
        <header class="topbar source-topbar">
          <LanguagePicker label={m.text("language")} languages={languages} names={languageNames} current={language} choose={(next) => void choose(next)} />
          <QuickExit label={m.text("exit")} hint={m.text("exit.hint")} forget={wipe} />
        </header>
        {idle === "soon" && phase !== "over" && (
          <div class="page idle">
            <Notice kind="warn" live title={m.text(phase === "sent" ? "words.soon" : "return.soon")}>
              <div>
                <Button>{m.text("return.stay")}</Button>
              </div>
            </Notice>
          </div>
        )}
        {failed === undefined ? (
          <Shown step={step} />
        ) : (
          <Page name="trouble" heading={m.text("title")} title={m.text("title")}>
            <Notice kind="warn" live title={m.text("trouble")} />
            <div>
              <Button kind="main" onClick={resetFailed}>
                {m.text("try-again")}
              </Button>
            </div>
          </Page>
        )}
      </div>
    </SourceContext.Provider>
  );
}

/** A demonstration says so with its page, and in its organisation's name, which its root signed. Nothing is asked of the server for it. */
function isDemo(state: DirectoryState): boolean {
  return isDemoPage() || (state.status === "ready" && state.directory.content.organisation.endsWith("(demo)"));
}

function entryOf(state: unknown): unknown {
  return typeof state === "object" && state !== null && "entry" in state ? state.entry : undefined;
}
