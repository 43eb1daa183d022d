import type { JSX, TargetedKeyboardEvent } from "preact";

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly label: string; readonly count?: number }[];
  readonly chosen: T;
  readonly choose: (id: T) => void;
  /** The id of the panel the tabs control. */
  readonly panel: string;
}

/** Tabs after the ARIA pattern: one tab stop, arrows move, mirrored where the page runs from right to left. */
export function Tabs<T extends string>({ label, tabs, chosen, choose, panel }: TabsProps<T>): JSX.Element {
  const move = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const forwards = getComputedStyle(event.currentTarget).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backwards = forwards === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const step = event.key === forwards ? 1 : event.key === backwards ? -1 : 0;
    if (step === 0) {
      return;
    }
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next !== undefined) {
      choose(next.id);
      event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
    }
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          data-tab={tab.id}
          id={`${panel}-${tab.id}`}
          aria-selected={tab.id === chosen}
          aria-controls={panel}
          tabIndex={tab.id === chosen ? 0 : -1}
          onClick={() => choose(tab.id)}
        >
          {tab.label}
          {tab.count === undefined || tab.count === 0 ? null : <span class="tab-count"> {tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
