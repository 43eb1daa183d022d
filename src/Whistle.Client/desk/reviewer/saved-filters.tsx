import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { maxFilterName, maxFilters, type SavedFilter } from "../../lib/flows/desk.ts";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import { filterOf, noFilter, sameChips, savedOf, type Filter } from "../model/queue.ts";

export interface SavedFiltersProps {
  readonly saved: readonly SavedFilter[];
  readonly save: (filter: SavedFilter) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

/** Filters that somebody gave a name; they lie in the keyring, sealed to their owner. */
export function SavedFilters({ saved, save, remove, filter, change }: SavedFiltersProps & { readonly filter: Filter; readonly change: (filter: Filter) => void }): JSX.Element | null {
  const { m } = useDesk();
  const id = useId();
  const [name, setName] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [working, setWorking] = useState(false);
  const narrows = !sameChips(filter, noFilter);
  const current = saved.find((one) => narrows && sameChips(filterOf(one), filter));
  const run = async (act: () => Promise<void>): Promise<void> => {
    setWorking(true);
    setProblem(undefined);
    try {
      await act();
      setName(undefined);
    } catch (failure) {
      setProblem(errorWords(m, failure));
    } finally {
      setWorking(false);
    }
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const text = (name ?? "").trim();
    if (working) {
      return;
    }
    if (text === "" || [...text].length > maxFilterName) {
      setProblem(m.text("filter.name.wrong", { max: maxFilterName }));
    } else {
      void run(() => save(savedOf(text, filter)));
    }
  };
  if (saved.length === 0 && !narrows) {
    return null;
  }
  return (
    <div class="saved-filters">
      {saved.length === 0 ? null : (
        <div class="chips chips-open" role="group" aria-label={m.text("filter.saved")}>
          {saved.map((one) => (
            <button key={one.name} type="button" class="chip" aria-pressed={one === current} onClick={() => change(one === current ? noFilter : { ...filterOf(one), text: filter.text })}>
              <span class="chip-mark" aria-hidden="true">{one === current ? "✓" : "★"}</span>
              <span dir="auto">{one.name}</span>
            </button>
          ))}
        </div>
      )}
      {!narrows ? null : current !== undefined ? (
        <Button kind="plain" inactive={working} onClick={() => void (working || run(() => remove(current.name)))}>{m.text("filter.remove", { name: current.name })}</Button>
      ) : name === undefined ? (
        saved.length < maxFilters ? <Button kind="plain" onClick={() => setName("")}>{m.text("filter.save")}</Button> : <p class="soft small">{m.text("filter.full")}</p>
      ) : (
        <form class="stack-tight" onSubmit={submit}>
          <TextField id={`${id}-name`} label={m.text("filter.name")} hint={m.text("filter.name.hint")} value={name} onInput={setName} error={problem} />
          <div class="row">
            <Button submit inactive={working}>{m.text("filter.keep")}</Button>
            <Button kind="plain" onClick={() => setName(undefined)}>{m.text("cancel")}</Button>
          </div>
        </form>
      )}
      {problem !== undefined && name === undefined ? <p class="field-error" role="alert">{problem}</p> : null}
    </div>
  );
}
