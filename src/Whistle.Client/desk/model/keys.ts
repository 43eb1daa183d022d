import type { PinStore } from "./pins.ts";

/** The keyboard map. Single keys can be switched off (WCAG 2.1.4) and never act while someone writes. */
export type Act = "next" | "previous" | "open" | "back" | "help" | "search" | "reply" | "note" | "pick" | "tab-1" | "tab-2" | "tab-3" | "tab-4";

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** Whether the focus is in something that takes text, or on a control that takes the key itself. */
  readonly writing: boolean;
  readonly onControl: boolean;
}

export const keyMap: ReadonlyMap<string, Act> = new Map([
  ["j", "next"],
  ["k", "previous"],
  ["Enter", "open"],
  ["Escape", "back"],
  ["?", "help"],
  ["/", "search"],
  ["r", "reply"],
  ["n", "note"],
  ["x", "pick"],
  ["1", "tab-1"],
  ["2", "tab-2"],
  ["3", "tab-3"],
  ["4", "tab-4"],
]);

const setting = "whistle-desk-single-keys";

/** Whether single keys act on this browser. Whoever switched them off finds them off again, whoever signs in. */
export function hasSingleKeys(store: PinStore | undefined): boolean {
  return store?.getItem(setting) !== "off";
}

export function keepSingleKeys(store: PinStore | undefined, on: boolean): void {
  try {
    store?.setItem(setting, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing more: it holds for this time.
  }
}

export function actOf(press: Press, singleKeys: boolean): Act | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) {
    return undefined;
  }
  const act = keyMap.get(press.key);
  if (act === "back") {
    return act;
  }
  if (press.writing || !singleKeys || (act === "open" && press.onControl)) {
    return undefined;
  }
  return act;
}

/** The row that `j` or `k` leads to: stops at the ends, starts at the first. */
export function moveSelection(ids: readonly string[], selected: string | undefined, act: "next" | "previous"): string | undefined {
  const at = selected === undefined ? -1 : ids.indexOf(selected);
  if (at < 0) {
    return ids[0];
  }
  return ids[Math.min(ids.length - 1, Math.max(0, at + (act === "next" ? 1 : -1)))];
}
