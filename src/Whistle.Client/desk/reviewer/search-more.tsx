import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";

export interface SearchProps {
  /** How many claimed cases no search looks into yet. */
  readonly unread: number;
  readonly read: (options: { readonly signal: AbortSignal; readonly progress: (done: number, of: number) => void }) => Promise<void>;
  /** Takes what was read away from this device. */
  readonly forget: (() => Promise<void>) | undefined;
}

/** Says how far a search, or the list of what is due, reaches, and reads more where the person wants it: reading is an access that stands in the case. */
export function SearchMore({ unread, read, forget, about }: SearchProps & { readonly about: "search" | "duty" }): JSX.Element {
  const { m, say } = useDesk();
  const [at, setAt] = useState<{ readonly done: number; readonly of: number } | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const number = (value: number): string => new Intl.NumberFormat(m.language).format(value);
  const begin = async (): Promise<void> => {
    const control = new AbortController();
    running.current = control;
    setAt({ done: 0, of: unread });
    await read({
      signal: control.signal,
      progress: (done, of) => {
        if (!control.signal.aborted) {
          setAt({ done, of });
        }
      },
    });
    if (!control.signal.aborted) {
      setAt(undefined);
    }
  };
  const stop = (): void => {
    running.current?.abort();
    setAt(undefined);
  };
  if (at !== undefined) {
    return (
      <div class="search-more small">
        <p role="status">{m.text("search.reading", { done: number(at.done), of: number(at.of) })}</p>
        <Button onClick={stop}>{m.text("search.stop")}</Button>
      </div>
    );
  }
  return (
    <div class="search-more small">
      <p class="soft">{unread === 0 ? m.text(`${about}.all`) : m.count(`${about}.some`, unread)}</p>
      {unread === 0 ? null : <Button onClick={() => void begin()}>{m.text("search.read")}</Button>}
      {forget === undefined ? null : (
        <Button kind="plain" onClick={() => void forget().then(() => say(m.text("search.forgotten")), (failure: unknown) => say(errorWords(m, failure)))}>{m.text("search.forget")}</Button>
      )}
    </div>
  );
}
