import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { openRootKey, signDirectory } from "../../lib/desk/ceremony.ts";
import type { DeskApi } from "../../lib/deskApi.ts";
import { personById, parseDirectoryText, type DirectoryContent } from "../../lib/directory.ts";
import { WhistleError } from "../../lib/errors.ts";
import { parseNote } from "../../lib/signedNote.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { changesBetween, changeWords, validityWords } from "../model/changes.ts";
import { dayWords } from "../model/days.ts";
import { Fingerprint } from "../parts/fingerprint.tsx";
import { useAct, useLoad } from "../parts/load.ts";

/** The directory: what sources see now, what the next version changes, and whose signatures are missing. */
export function DirectoryPage({ api }: { readonly api: DeskApi }): JSX.Element {
  const { m, say, today } = useDesk();
  const loaded = useLoad((signal) => api.directory(signal));
  const act = useAct();
  const propose = async (): Promise<void> => {
    if (await act.run(async () => void (await api.proposeDirectory()))) {
      loaded.reload();
    }
  };
  const sign = async (text: string, line: () => Promise<string>): Promise<boolean> =>
    act.run(async () => {
      // What is signed is what stands on this page: the server's text is read again and compared first.
      const fresh = await api.directory();
      if (fresh.proposed?.text !== text) {
        loaded.reload();
        throw new WhistleError("stale");
      }
      const { missing } = await api.signDirectory(await line());
      say(missing === 0 ? m.text("directory.published") : m.count("directory.missing", missing));
      loaded.reload();
    });
  const current = contentOf(() => (loaded.value?.current === undefined ? undefined : parseNote(loaded.value.current).text));
  const proposed = loaded.value?.proposed;
  const next = contentOf(() => proposed?.text);
  const changes = next === undefined ? [] : changesBetween(current, next);
  return (
    <section class="page page-wide stack" aria-labelledby="directory-heading">
      <h1 id="directory-heading">{m.text("directory.title")}</h1>
      <p class="hint">{m.text("directory.explain")}</p>
      {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
      {loaded.error === undefined ? null : <Notice kind="warn" live title={loaded.error} />}
      {(loaded.value?.warnings ?? []).map((warning) => (
        <Notice
          key={`${warning.kind} ${warning.name} ${warning.day}`}
          kind="warn"
          title={m.text(warning.kind === "keys-expire" ? "directory.keysExpire" : "directory.expires", { name: warning.name, day: dayWords(m.language, warning.day, today) })}
        />
      ))}
      {proposed !== undefined && next !== undefined ? (
        <section class="card stack" aria-labelledby="next-heading">
          <h2 id="next-heading">{m.text("directory.next", { version: next.version })}</h2>
          <p>{validityWords(m, next.issued, next.expires, today)}</p>
          <h3>{m.text("directory.changes")}</h3>
          {changes.length === 0 ? (
            <p>{m.text("directory.noChanges")}</p>
          ) : (
            <ul>{changes.map((change, index) => <li key={index} dir="auto">{changeWords(m, change, today)}</li>)}</ul>
          )}
          {changes.some((change) => change.kind === "root") ? <Notice kind="warn" title={m.text("directory.rootChanged")} /> : null}
          <h3>{m.text("directory.preview")}</h3>
          <Preview content={next} level="h4" />
          <h3>{m.text("directory.sign")}</h3>
          <p>{m.count("directory.missing", proposed.missing)}</p>
          <Signing text={proposed.text} pinned={loaded.value?.root} working={act.working} sign={(line) => sign(proposed.text, line)} />
          <div><Button kind="plain" inactive={act.working} onClick={() => void propose()}>{m.text("directory.rebuild")}</Button></div>
        </section>
      ) : loaded.value === undefined ? null : (
        <div class="stack-tight">
          <p>{m.text("directory.nothingProposed")}</p>
          <div><Button kind="main" inactive={act.working} onClick={() => void propose()}>{m.text("directory.build")}</Button></div>
        </div>
      )}
      {current === undefined ? (
        loaded.value === undefined ? null : <Notice title={m.text("directory.noneYet")}><p>{m.text("directory.noneYet.text")}</p></Notice>
      ) : (
        <section class="stack-tight" aria-labelledby="current-heading">
          <h2 id="current-heading">{m.text("directory.current", { version: current.version })}</h2>
          <p>{validityWords(m, current.issued, current.expires, today)}</p>
          <Preview content={current} level="h3" />
        </section>
      )}
      {loaded.value?.root === undefined ? null : (
        <section class="stack-tight" aria-labelledby="root-heading">
          <h2 id="root-heading">{m.text("directory.root")}</h2>
          <p class="hint">{m.text("directory.rootHint")}</p>
          <Fingerprint root={loaded.value.root} />
        </section>
      )}
    </section>
  );
}

function contentOf(text: () => string | undefined): DirectoryContent | undefined {
  try {
    const found = text();
    return found === undefined ? undefined : parseDirectoryText(found).content;
  } catch {
    // A text that does not parse is not shown and cannot be signed here.
    return undefined;
  }
}

/** Channel by channel what a source reads before writing: who can open a report, by name, role and place. */
function Preview({ content, level: Heading }: { readonly content: DirectoryContent; readonly level: "h3" | "h4" }): JSX.Element {
  const { m } = useDesk();
  return (
    <ul class="plain-list">
      {content.channels.map((channel) => (
        <li key={channel.id} class="card">
          <Heading dir="auto">{channel.name[m.language] ?? Object.values(channel.name)[0] ?? ""}</Heading>
          <p class="soft small" dir="auto">{channel.entity} · {m.text(`policy.${channel.policy}`)}</p>
          <ul>
            {channel.readers.map((id) => {
              const person = personById(content, id);
              return person === undefined ? null : (
                <li key={id}>
                  {m.text("grant.person", { name: person.name, role: m.text(`role.${person.role}`), place: m.text(person.place === "outside" ? "place.outside" : "place.inside") })}
                </li>
              );
            })}
            {channel.recovery === "offered" ? <li>{m.text("directory.recovery", { holders: (content.recovery?.holders ?? []).map((h) => h.name).join(", ") })}</li> : null}
          </ul>
          {channel.custodians.length === 0 ? null : (
            <p class="small">{m.text("directory.custodians", { names: channel.custodians.map((id) => personById(content, id)?.name ?? "").filter((n) => n !== "").join(", ") })}</p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Signs with a key file opened on this device, or takes a line that the command line made. */
function Signing({ text, pinned, working, sign }: { readonly text: string; readonly pinned: string | undefined; readonly working: boolean; readonly sign: (line: () => Promise<string>) => Promise<boolean> }): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [file, setFile] = useState<File | undefined>(undefined);
  const [passphrase, setPassphrase] = useState("");
  const [line, setLine] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const byFile = async (): Promise<void> => {
    if (file === undefined || passphrase === "") {
      setProblem(m.text("directory.keyMissing"));
      return;
    }
    setProblem(undefined);
    const done = await sign(async () => {
      const root = await openRootKey(new Uint8Array(await file.arrayBuffer()), passphrase);
      return signDirectory(text, root, pinned);
    });
    if (done) {
      setPassphrase("");
      setFile(undefined);
    }
  };
  return (
    <div class="signing">
      <form
        class="stack-tight"
        aria-label={m.text("directory.signHere")}
        onSubmit={(event) => {
          event.preventDefault();
          if (!working) {
            void byFile();
          }
        }}
      >
        <h4>{m.text("directory.signHere")}</h4>
        <div class="field">
          <label class="field-label" for={`${id}-file`}>{m.text("directory.keyFile")}</label>
          <input id={`${id}-file`} class="input" type="file" onChange={(event) => setFile(event.currentTarget.files?.[0])} />
        </div>
        <TextField id={`${id}-passphrase`} type="password" code label={m.text("directory.keyPassphrase")} hint={m.text("directory.keyHint")} value={passphrase} onInput={setPassphrase} error={problem} />
        <div><Button kind="main" submit inactive={working}>{m.text(working ? "directory.signing" : "directory.signAct")}</Button></div>
      </form>
      <details>
        <summary>{m.text("directory.signElsewhere")}</summary>
        <form
          class="stack-tight"
          aria-label={m.text("directory.signElsewhere")}
          onSubmit={(event) => {
            event.preventDefault();
            if (!working && line.trim() !== "") {
              void sign(() => Promise.resolve(line.trim())).then((done) => done && setLine(""));
            }
          }}
        >
          <p class="hint">{m.text("directory.signElsewhere.hint")}</p>
          <p class="code">whistle directory sign</p>
          <TextField id={`${id}-line`} code label={m.text("directory.line")} value={line} onInput={setLine} />
          <div><Button submit inactive={working}>{m.text("directory.addLine")}</Button></div>
        </form>
      </details>
    </div>
  );
}
