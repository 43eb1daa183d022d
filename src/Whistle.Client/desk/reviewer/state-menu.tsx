import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import type { CaseFacts, CaseState } from "../model/case.ts";
import { plainMoves } from "../model/moves.ts";

export interface StateMenuProps {
  readonly facts: CaseFacts;
  readonly working: boolean;
  readonly move: (to: CaseState, reason: string) => void;
}

/** The state as text and the moves it allows, each with its effect in words before it is made. */
export function StateMenu({ facts, working, move }: StateMenuProps): JSX.Element {
  const { m } = useDesk();
  const [asking, ask] = useState<CaseState | undefined>(undefined);
  const [reason, write] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const moves = plainMoves(facts.state);
  return (
    <div class="state">
      <p class="state-now">
        <span class="soft">{m.text("state.now")} </span>
        {m.text(`state.${facts.state}`)}
      </p>
      {asking === undefined ? (
        moves.map((to) => (
          <Button key={to} inactive={working} onClick={() => ask(to)}>{m.text(`move.${asMove(to)}`)}</Button>
        ))
      ) : (
        <div class="state-ask" role="group" aria-label={m.text(`move.${asMove(asking)}`)}>
          <p>{m.text(`move.${asMove(asking)}.effect`)}</p>
          {asking === "reopened" ? <TextArea id="move-reason" label={m.text("move.reason")} hint={m.text("move.reasonHint")} value={reason} onInput={write} error={problem} /> : null}
          <div class="row">
            <Button
              kind="main"
              inactive={working}
              onClick={() => {
                if (asking === "reopened" && reason.trim() === "") {
                  setProblem(m.text("move.reasonMissing"));
                  return;
                }
                move(asking, reason);
                ask(undefined);
              }}
            >
              {m.text(`move.${asMove(asking)}`)}
            </Button>
            <Button kind="plain" onClick={() => ask(undefined)}>{m.text("cancel")}</Button>
          </div>
        </div>
      )}
      {facts.state === "received" ? <p class="soft small">{m.text("move.byReply")}</p> : null}
      {facts.state === "in-review" ? <p class="soft small">{m.text("move.feedbackByReply")}</p> : null}
    </div>
  );
}

function asMove(state: CaseState): "in-review" | "reopened" {
  return state === "reopened" ? state : "in-review";
}
