import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isoDay, parseIsoDay } from "../lib/days.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useDesk } from "./context.ts";
import { Dialog } from "./parts/dialog.tsx";
import { useAct } from "./parts/load.ts";

export interface Absence {
  readonly until: number;
  readonly deputy?: string | undefined;
}

export interface AwayProps {
  readonly now: Absence | undefined;
  /** Who can stand in: readers of the same channels. */
  readonly colleagues: readonly { readonly id: string; readonly name: string }[];
  readonly set: (absence: Absence | undefined) => Promise<void>;
  readonly close: () => void;
}

/** Says that one is away, and who stands in. Nobody gets a key by it. */
export function Away({ now, colleagues, set, close }: AwayProps): JSX.Element {
  const { m, today } = useDesk();
  const [until, setUntil] = useState(isoDay(now?.until ?? today + 7));
  const [deputy, setDeputy] = useState(now?.deputy ?? "");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const act = useAct();
  const save = async (absence: Absence | undefined): Promise<void> => {
    if (await act.run(() => set(absence))) {
      close();
    }
  };
  return (
    <Dialog title={m.text("away.title")} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const day = parseIsoDay(until);
          setProblem(day === undefined || day < today ? m.text("away.dayWrong") : undefined);
          if (day !== undefined && day >= today) {
            void save({ until: day, ...(deputy === "" ? {} : { deputy }) });
          }
        }}
      >
        <p class="hint">{m.text("away.explain")}</p>
        <div class="field">
          <label class="field-label" for="away-until">{m.text("away.until")}</label>
          {problem === undefined ? null : <p class="field-error" id="away-error">{problem}</p>}
          <input id="away-until" class="input input-short" type="date" value={until} min={isoDay(today)} aria-describedby={problem === undefined ? undefined : "away-error"} onInput={(event) => setUntil(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label class="field-label" for="away-deputy">{m.text("away.deputy")}</label>
          <select id="away-deputy" class="input" value={deputy} onChange={(event) => setDeputy(event.currentTarget.value)}>
            <option value="">{m.text("away.nobody")}</option>
            {colleagues.map((person) => <option key={person.id} value={person.id}>{person.name}</option>)}
          </select>
        </div>
        {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
        <div class="row">
          <Button kind="main" submit inactive={act.working}>{m.text("away.save")}</Button>
          {now === undefined ? null : <Button inactive={act.working} onClick={() => void save(undefined)}>{m.text("away.back")}</Button>}
          <Button kind="plain" onClick={close}>{m.text("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
