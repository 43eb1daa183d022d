import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { maxReason, type IdentityOutcome } from "../../lib/desk/identityRequest.ts";
import type { DeskApi } from "../../lib/deskApi.ts";
import { answerIdentity, loadIdentities, type Desk, type DeskIdentityAsk } from "../../lib/flows/desk.ts";
import { systemRandom } from "../../lib/random.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { useDesk } from "../context.ts";
import { dayOf, dayWords } from "../model/days.ts";
import { useAct, useLoad } from "../parts/load.ts";

/** Between two looks for new requests. */
const everyMilliseconds = 60_000;

/** What a custodian is asked: who asks, why, and what the source was told. The name itself is shown to nobody here. */
export function IdentitiesPage({ api, desk }: { readonly api: DeskApi; readonly desk: Desk }): JSX.Element {
  const { m, today, say } = useDesk();
  const loaded = useLoad((signal) => loadIdentities(api, desk, { signal }));
  const act = useAct();
  const { reload } = loaded;
  useEffect(() => {
    const timer = setInterval(reload, everyMilliseconds);
    return () => clearInterval(timer);
  }, [reload]);
  const [done, setDone] = useState<IdentityOutcome | undefined>(undefined);
  const answer = async (ask: DeskIdentityAsk, decision: "release" | { readonly refuse: string }): Promise<void> => {
    setDone(undefined);
    await act.run(async () => {
      const outcome = await answerIdentity(api, desk, ask, decision, today, systemRandom);
      setDone(outcome);
      say(m.text(`identities.done.${outcome}`));
    });
    loaded.reload(); // also where another custodian was faster
  };
  return (
    <section class="page stack" aria-labelledby="identities-heading">
      <h1 id="identities-heading">{m.text("identities.title")}</h1>
      <h2>{m.text("identities.does.title")}</h2>
      <p>{m.text("identities.does.text")}</p>
      {done === undefined ? null : <Notice kind={done === "released" ? "good" : "plain"} title={m.text(`identities.done.${done}`)} />}
      {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
      {loaded.error === undefined ? null : <Notice kind="warn" live title={loaded.error} />}
      {loaded.value === undefined ? (
        loaded.error === undefined ? <p role="status">{m.text("loading")}</p> : null
      ) : loaded.value.length === 0 ? (
        <div class="empty">
          <h2>{m.text("identities.none.title")}</h2>
          <p>{m.text("identities.none.text")}</p>
        </div>
      ) : (
        <>
          <h2>{m.count("identities.asked", loaded.value.length)}</h2>
          {loaded.value.map((ask) => (
            <Ask key={ask.server.id} ask={ask} working={act.working} answer={(decision) => void answer(ask, decision)} />
          ))}
        </>
      )}
    </section>
  );
}

function Ask({ ask, working, answer }: {
  readonly ask: DeskIdentityAsk;
  readonly working: boolean;
  readonly answer: (decision: "release" | { readonly refuse: string }) => void;
}): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const [deciding, decide] = useState<"release" | "refuse" | undefined>(undefined);
  const [reason, write] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("textarea, button")?.focus(), [deciding]);
  const { request, server } = ask;
  const day = (value: number): string => dayWords(m.language, value, today);
  const name = ask.from?.name ?? "";
  return (
    <article class="card stack-tight" aria-labelledby={`${id}-heading`}>
      <h3 id={`${id}-heading`}>{m.text("identities.from", { name, day: day(dayOf(server.at * 1000)) })}</h3>
      {request === undefined || ask.problem !== undefined ? (
        <Notice kind="warn" title={m.text("identities.problem")}>
          <p>{m.text("identities.problem.text", { code: ask.problem ?? "" })}</p>
        </Notice>
      ) : (
        <>
          <h4>{m.text("identities.reason")}</h4>
          <p class="letter" dir="auto">{request.reason}</p>
          {request.told === undefined ? (
            <Notice kind="warn" title={m.text("identities.untold")}>
              <p>{m.text("identities.untold.ground")}</p>
              <p class="letter" dir="auto">{request.ground}</p>
            </Notice>
          ) : (
            <>
              <h4>{m.text("identities.told", { day: day(server.told?.day ?? request.day) })}</h4>
              <p class="letter" dir="auto">{request.told.text}</p>
              <p class="hint">{m.text("identities.told.hint")}</p>
            </>
          )}
          {deciding === undefined ? (
            <div class="row">
              <Button kind="main" inactive={working} onClick={() => decide("release")}>{m.text("identities.release")}</Button>
              <Button inactive={working} onClick={() => decide("refuse")}>{m.text("identities.refuse")}</Button>
            </div>
          ) : (
            <form
              ref={form}
              class="stack-tight"
              onSubmit={(event) => {
                event.preventDefault();
                if (working) {
                  return;
                }
                if (deciding === "release") {
                  answer("release");
                } else if (reason.trim() === "") {
                  setProblem(m.text("identities.refuse.missing"));
                } else if ([...reason].length > maxReason) {
                  setProblem(m.text("identity.tooLong", { max: maxReason }));
                } else {
                  answer({ refuse: reason });
                }
              }}
            >
              {deciding === "release" ? (
                <p class="effect">{m.text("identities.release.effect")}</p>
              ) : (
                <>
                  <p class="effect">{m.text("identities.refuse.effect")}</p>
                  <TextArea id={`${id}-reason`} label={m.text("identities.refuse.reason")} value={reason} onInput={write} error={problem} required />
                </>
              )}
              <div class="row">
                <Button kind={deciding === "release" ? "warn" : "main"} submit inactive={working}>
                  {m.text(working ? "identities.working" : deciding === "release" ? "identities.release.confirm" : "identities.refuse.confirm")}
                </Button>
                <Button kind="plain" inactive={working} onClick={() => decide(undefined)}>{m.text("cancel")}</Button>
              </div>
            </form>
          )}
        </>
      )}
    </article>
  );
}
