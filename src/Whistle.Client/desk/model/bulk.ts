/** What became of one of several. */
export interface Done {
  readonly id: string;
  /** Why it was not done; undefined where it was. */
  readonly failure?: unknown;
  /** It was not begun. */
  readonly stopped?: true;
}

/** Does the same for each, one after the other: every one is an act of its own, and what fails keeps none of the others from being done. */
export async function runMany(
  ids: readonly string[],
  act: (id: string) => Promise<void>,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (done: number) => void },
): Promise<readonly Done[]> {
  const results: Done[] = [];
  for (const id of ids) {
    if (signal.aborted) {
      results.push({ id, stopped: true });
      continue;
    }
    progress(results.length);
    try {
      await act(id);
      results.push({ id });
    } catch (error) {
      results.push({ id, failure: error });
    }
  }
  return results;
}
