import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { inLanguage } from "../../lib/documents.ts";
import type { Desk } from "../../lib/flows/desk.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { errorWords } from "../model/errors.ts";
import { download } from "../parts/download.ts";
import type { Workspace } from "./workspace.ts";

/** What is possible where nobody is left who can read a case, and what is not: said before anybody needs it. */
export function RecoveryPage({ workspace, desk }: { readonly workspace: Workspace; readonly desk: Desk }): JSX.Element {
  const { m, say } = useDesk();
  const [working, setWorking] = useState<string | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const [taken, setTaken] = useState<number | undefined>(undefined);
  const { content } = desk.directory;
  const holders = content.recovery?.holders ?? [];
  const mine = content.channels.filter(({ readers }) => readers.includes(desk.person.id));
  const run = async (words: string, act: () => Promise<void>): Promise<void> => {
    if (working !== undefined) {
      return;
    }
    setWorking(words);
    setError(undefined);
    try {
      await act();
    } catch (failure) {
      setError(errorWords(m, failure));
    } finally {
      setWorking(undefined);
    }
  };
  const save = (channel: string): Promise<void> =>
    run(m.text("recovery.saving"), async () => {
      const parts = await workspace.sealedStream(channel, (done, of) => setWorking(m.text("recovery.savingAt", { percent: String(Math.floor((100 * done) / Math.max(1, of))) })));
      download(`whistle-stream-${channel.slice(0, 8)}.bin`, "application/octet-stream", parts);
      say(m.text("recovery.saved"));
    });
  const take = (file: File): Promise<void> =>
    run(m.text("recovery.taking"), async () => {
      setTaken(undefined);
      setTaken(await workspace.takeRecovered(new Uint8Array(await file.arrayBuffer())));
    });
  return (
    <section class="page stack" aria-labelledby="recovery-heading">
      <h1 id="recovery-heading">{m.text("recovery.title")}</h1>
      <p>{m.text("recovery.explain")}</p>
      <ul class="stack-tight">
        <li>{m.text("recovery.can.ticked")}</li>
        <li>{m.text("recovery.can.stream")}</li>
        <li>{m.text("recovery.can.leftOut")}</li>
        <li>{m.text("recovery.can.told")}</li>
      </ul>
      {error === undefined ? null : <Notice kind="warn" live title={error} />}
      {mine.map((channel) => (
        <section key={channel.id} class="card stack-tight" aria-label={inLanguage(channel.name, m.language) ?? ""}>
          <h2 dir="auto">{inLanguage(channel.name, m.language) ?? ""}</h2>
          {channel.recovery !== "offered" || content.recovery === undefined ? (
            <Notice title={m.text("recovery.not")} />
          ) : (
            <p>{m.text("recovery.holders", { threshold: String(content.recovery.threshold), names: holders.map(({ name }) => name).join(", ") })}</p>
          )}
          <div><Button inactive={working !== undefined} onClick={() => void save(channel.id)}>{m.text("recovery.save")}</Button></div>
        </section>
      ))}
      <h2>{m.text("recovery.take.title")}</h2>
      <p class="hint">{m.text("recovery.take.hint")}</p>
      <label class="button file-button">
        {m.text("recovery.take")}
        <input
          class="visually-hidden"
          type="file"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = "";
            if (file !== undefined) {
              void take(file);
            }
          }}
        />
      </label>
      <p role="status">{working ?? (taken === undefined ? "" : taken === 0 ? m.text("recovery.taken.none") : m.count("recovery.taken", taken))}</p>
      {taken === undefined || taken === 0 ? null : <Notice kind="warn" title={m.text("recovery.rotate")} />}
    </section>
  );
}
