import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { LanguagePicker } from "../ui/LanguagePicker.tsx";
import { useDesk } from "./context.ts";
import { deskLanguages, type DeskLanguage } from "./messages.ts";
import { clockWords } from "./model/days.ts";

export interface ShellProps<T extends string> {
  readonly name: string;
  readonly demo: boolean;
  readonly nav: readonly { readonly id: T; readonly label: string; readonly count?: number }[];
  readonly current: T;
  readonly go: (id: T) => void;
  readonly search?: { readonly text: string; readonly change: (text: string) => void } | undefined;
  /** When the desk will lock, in milliseconds since 1970. */
  readonly lockAt: number;
  readonly lock: () => void;
  readonly signOut: () => void;
  readonly help: () => void;
  /** For whom an absence matters: opens the question. `away` says that one is. */
  readonly absence: { readonly ask: () => void; readonly away: boolean } | undefined;
  /** Opens the public log, for whom it is not among the views. */
  readonly log: (() => void) | undefined;
  /** Opens what is said of recovery, for whoever reads cases. */
  readonly recovery: (() => void) | undefined;
  readonly choose: (language: DeskLanguage) => void;
  /** The last sentence said, for the status line. */
  readonly said: string;
  readonly children: ComponentChildren;
}

const names: Readonly<Record<DeskLanguage, string>> = { en: "English", de: "Deutsch" };

/** The frame around every view: where one is, search, when it locks, who is signed in. */
export function Shell<T extends string>(props: ShellProps<T>): JSX.Element {
  const { m } = useDesk();
  const { name, demo, nav, current, go, search, lockAt, lock, signOut, help, absence, log, recovery, choose, said, children } = props;
  const number = (value: number): string => new Intl.NumberFormat(m.language).format(value);
  return (
    <div class="desk">
      <a class="skip-link" href="#main" onClick={skip}>{m.text("skip")}</a>
      {demo ? <Banner label={m.text("demo.label")}>{m.text("demo.text")}</Banner> : null}
      <header class="bar">
        <span class="bar-brand">Whistle</span>
        <nav class="bar-nav" aria-label={m.text("nav.label")}>
          <ul>
            {nav.map((entry) => (
              <li key={entry.id}>
                <button type="button" aria-current={entry.id === current ? "page" : undefined} onClick={() => go(entry.id)}>
                  {entry.label}
                  {entry.count === undefined || entry.count === 0 ? null : <span class="tab-count"> {number(entry.count)}</span>}
                </button>
              </li>
            ))}
          </ul>
        </nav>
        {search === undefined ? null : (
          <label class="bar-search">
            <span class="visually-hidden">{m.text("search.label")}</span>
            <input
              id="search"
              class="input"
              type="search"
              placeholder={m.text("search.hint")}
              value={search.text}
              autocomplete="off"
              onInput={(event) => search.change(event.currentTarget.value)}
            />
          </label>
        )}
        <LockClock lockAt={lockAt} />
        <Menu name={name}>
          <button type="button" class="button" onClick={lock}>{m.text("lock.now")}</button>
          <button type="button" class="button" onClick={help}>{m.text("keys.title")}</button>
          {absence === undefined ? null : <button type="button" class="button" onClick={absence.ask}>{m.text(absence.away ? "away.change" : "away.title")}</button>}
          {([["log.title", log], ["recovery.title", recovery]] as const).map(([title, open]) =>
            open === undefined ? null : (
              <button
                key={title}
                type="button"
                class="button"
                onClick={(event) => {
                  event.currentTarget.closest("details")?.removeAttribute("open");
                  open();
                  document.getElementById("main")?.focus();
                }}
              >
                {m.text(title)}
              </button>
            ),
          )}
          <LanguagePicker label={m.text("language")} languages={deskLanguages} names={names} current={m.language} choose={choose} />
          <button type="button" class="button" onClick={signOut}>{m.text("signout")}</button>
        </Menu>
      </header>
      <main id="main" class="desk-main" tabIndex={-1}>{children}</main>
      <p class="status-line" role="status">{said}</p>
    </div>
  );
}

/** The address must not change: nothing of where one was may stay in the history. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** Counts down quietly; only the last minute is announced. */
function LockClock({ lockAt }: { readonly lockAt: number }): JSX.Element {
  const { m } = useDesk();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = (lockAt - now) / 1000;
  return (
    <span class="bar-lock">
      <span>{m.text("lock.in", { time: clockWords(left) })}</span>
      <span class="visually-hidden" role="status">{left < 60 ? m.text("lock.soon") : ""}</span>
    </span>
  );
}

function Menu({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const menu = details.current;
      const escape = event instanceof KeyboardEvent && event.key === "Escape";
      if (menu?.open === true && (escape || (event instanceof PointerEvent && event.target instanceof Node && !menu.contains(event.target)))) {
        menu.open = false;
        if (escape) {
          menu.querySelector("summary")?.focus();
        }
      }
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details class="menu" ref={details}>
      <summary><span dir="auto">{name}</span></summary>
      <div class="menu-items">{children}</div>
    </details>
  );
}
