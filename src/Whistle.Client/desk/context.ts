import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { DeskMessages } from "./messages.ts";

/** What every part of the page may use: the words, today, and a place to say what just happened. */
export interface DeskContext {
  readonly m: DeskMessages;
  /** Today as a whole day since 1970-01-01 in UTC. */
  readonly today: number;
  /** Says one sentence in the status line, which screen readers announce. */
  say(sentence: string): void;
}

const Context = createContext<DeskContext | undefined>(undefined);
export const DeskProvider = Context.Provider;

export function useDesk(): DeskContext {
  const desk = useContext(Context);
  if (desk === undefined) {
    throw new Error("a part of the desk was drawn outside of it");
  }
  return desk;
}
