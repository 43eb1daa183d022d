import { useCallback, useEffect, useState } from "preact/hooks";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";

export interface Loaded<T> {
  readonly value: T | undefined;
  /** What went wrong, in words. */
  readonly error: string | undefined;
  readonly reload: () => void;
}

/** Fetches once and on demand; an answer that comes after the part has left the page is dropped. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const { m } = useDesk();
  const [value, setValue] = useState<T | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    load(controller.signal).then(
      (loaded) => {
        if (!controller.signal.aborted) {
          setValue(loaded);
          setError(undefined);
        }
      },
      (failure: unknown) => {
        if (!controller.signal.aborted) {
          setError(errorWords(m, failure));
        }
      },
    );
    return () => controller.abort();
    // The loader is fixed by its caller; only `reload` asks again.
  }, [turn]);
  return { value, error, reload: useCallback(() => setTurn((t) => t + 1), []) };
}

export interface Acting {
  readonly working: boolean;
  readonly error: string | undefined;
  /** Runs one act at a time; says true where it went through. */
  readonly run: (act: () => Promise<void>) => Promise<boolean>;
  readonly clear: () => void;
}

/** One act at a time, its failure in words. */
export function useAct(): Acting {
  const { m } = useDesk();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const run = async (act: () => Promise<void>): Promise<boolean> => {
    if (working) {
      return false;
    }
    setWorking(true);
    setError(undefined);
    try {
      await act();
      return true;
    } catch (failure) {
      setError(errorWords(m, failure));
      return false;
    } finally {
      setWorking(false);
    }
  };
  return { working, error, run, clear: () => setError(undefined) };
}
