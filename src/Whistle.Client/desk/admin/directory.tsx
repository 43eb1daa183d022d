import type { JSX } from "preact";
import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { openRootKey, signProposal, type Proposal } from "../../lib/desk/ceremony.ts";
import type { AdminDirectory, DeskApi } from "../../lib/deskApi.ts";
import { personById, type DirectoryContent } from "../../lib/directory.ts";
import { WhistleError } from "../../lib/errors.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { changesBetween, changeWords, validityWords } from "../model/changes.ts";
import { dayWords } from "../model/days.ts";
import { errorWords } from "../model/errors.ts";
import { confirmPin, keepPin, readPin, type PinStore } from "../model/pins.ts";
import { Fingerprint } from "../parts/fingerprint.tsx";
import { useAct, useLoad } from "../parts/load.ts";
import { RecoveryIdentity } from "../entry/setup.tsx";
import { isWhole, type Recovery } from "../entry/setup-model.ts";
import { checkDirectory } from "./checked.ts";

/**
 * The directory: what sources see now, what the next version changes, and whose signatures are missing. All of it is read
 * from notes that this device checked under the pinned root, and what is signed is the text that was read.
 */
export function DirectoryPage({ api, pins }: { readonly api: DeskApi; readonly pins: PinStore | undefined }): JSX.Element {
  const { m, say, today } = useDesk();
  const loaded = useLoad((signal) => api.directory(signal));
  const act = useAct();
  const [pin, setPin] = useState(() => readPin(pins));
  const answer = loaded.value;
  const checked = useMemo(() => (answer === undefined ? undefined : checkDirectory(answer, pin)), [answer, pin]);
  const current = checked?.current?.content;
  const root = checked?.root;
  const confirmed = pin?.confirmed === true && pin.root === root;
  useEffect(() => {
    if (confirmed && root !== undefined && current !== undefined) {
      keepPin(pins, { root, version: current.version });
    }
  }, [confirmed, root, current, pins]);
  const propose = async (): Promise<void> => {
    if (await act.run(async () => void (await api.proposeDirectory()))) {
      loaded.reload();
    }
  };
  const sign = async (proposal: Proposal, line: () => Promise<string>): Promise<boolean> =>
    act.run(async () => {
      // Somebody may have built another version meanwhile: then the person reads that one first.
      const fresh = await api.directory();
      if (fresh.proposed?.text !== proposal.text || fresh.current !== proposal.before?.note) {
        loaded.reload();
        throw new WhistleError("directory-changed");
      }
      const { missing } = await api.signDirectory(await line());
      say(missing === 0 ? m.text("directory.published") : m.count("directory.missing", missing));
      loaded.reload();
    });
  return (
    <section class="page page-wide stack" aria-labelledby="directory-heading">
      <h1 id="directory-heading">{m.text("directory.title")}</h1>
      <p class="hint">{m.text("directory.explain")}</p>
      {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
      {loaded.error === undefined ? null : <Notice kind="warn" live title={loaded.error} />}
      {checked?.failure === undefined ? null : <Notice kind="warn" live title={errorWords(m, checked.failure)} />}
      {(answer?.warnings ?? []).map((warning) => (
        <Notice
          key={`${warning.kind} ${warning.name} ${warning.day}`}
          kind="warn"
          title={m.text(warning.kind === "keys-expire" ? "directory.keysExpire" : "directory.expires", { name: warning.name, day: dayWords(m.language, warning.day, today) })}
        />
      ))}
      {root === undefined || confirmed ? null : <Compare root={root} same={() => setPin(confirmPin(pins, root))} />}
      {answer?.proposed !== undefined && checked?.proposal !== undefined ? (
        <Next
          key={checked.proposal.hash}
          proposal={checked.proposal}
          missing={answer.proposed.missing}
          confirmed={confirmed}
          working={act.working}
          sign={sign}
          propose={() => void propose()}
        />
      ) : checked === undefined ? null : (
        <Nothing proposed={answer?.proposed} working={act.working} propose={() => void propose()} />
      )}
      {current === undefined ? (
        checked === undefined || checked.failure !== undefined ? null : <Notice title={m.text("directory.noneYet")}><p>{m.text("directory.noneYet.text")}</p></Notice>
      ) : (
        <section class="stack-tight" aria-labelledby="current-heading">
          <h2 id="current-heading">{m.text("directory.current", { version: current.version })}</h2>
          <p>{validityWords(m, current.issued, current.expires, today)}</p>
          <Preview content={current} level="h3" />
        </section>
      )}
      {checked === undefined ? null : <ReplaceRecovery api={api} now={current?.recovery?.holders ?? []} done={() => loaded.reload()} />}
      {pin === undefined || !confirmed ? null : (
        <section class="stack-tight" aria-labelledby="root-heading">
          <h2 id="root-heading">{m.text("directory.root")}</h2>
          <p class="hint">{m.text("directory.rootHint")}</p>
          <Fingerprint root={pin.root} />
        </section>
      )}
    </section>
  );
}

/** Another recovery identity, after one was put together or when a holder leaves. Root holders read of it in the next version. */
function ReplaceRecovery({ api, now, done }: { readonly api: DeskApi; readonly now: Recovery["holders"]; readonly done: () => void }): JSX.Element {
  const { m, say } = useDesk();
  const act = useAct();
  const [form, setForm] = useState<Recovery | undefined>(undefined);
  const [missing, setMissing] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form === undefined || act.working) {
      return;
    }
    setMissing(!isWhole(form));
    if (isWhole(form) && (await act.run(() => api.replaceRecovery(form)))) {
      say(m.text("recovery.replaced"));
      setForm(undefined);
      done();
    }
  };
  return (
    <section class="stack-tight" aria-labelledby="recovery-heading">
      <h2 id="recovery-heading">{m.text("setup.recovery.title")}</h2>
      <p class="hint">{m.text("recovery.replace.hint")}</p>
      {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
      {form === undefined ? (
        <div><Button onClick={() => setForm({ recipient: "", threshold: 2, holders: now.map(({ name, place }) => ({ name, place })) })}>{m.text("recovery.replace")}</Button></div>
      ) : (
        <form class="card stack" noValidate onSubmit={(event) => void submit(event)}>
          {missing ? <Notice kind="warn" live title={m.text("setup.problem.recovery")} /> : null}
          <RecoveryIdentity recovery={form} change={setForm} />
          <div class="row">
            <Button kind="main" submit inactive={act.working}>{m.text("recovery.replace.save")}</Button>
            <Button kind="plain" onClick={() => setForm(undefined)}>{m.text("cancel")}</Button>
          </div>
        </form>
      )}
    </section>
  );
}

/** Before this browser has a root that a person answers for, nothing is signed here. */
function Compare({ root, same }: { readonly root: string; readonly same: () => void }): JSX.Element {
  const { m } = useDesk();
  return (
    <section class="card stack-tight" aria-labelledby="compare-heading">
      <h2 id="compare-heading">{m.text("directory.compare")}</h2>
      <p>{m.text("directory.compare.text")}</p>
      <Fingerprint root={root} />
      <p class="hint">{m.text("directory.compare.differs")}</p>
      <div><Button kind="main" onClick={same}>{m.text("directory.compare.same")}</Button></div>
    </section>
  );
}

function Nothing({ proposed, working, propose }: { readonly proposed: AdminDirectory["proposed"]; readonly working: boolean; readonly propose: () => void }): JSX.Element {
  const { m } = useDesk();
  return (
    <div class="stack-tight">
      {proposed === undefined ? <p>{m.text("directory.nothingProposed")}</p> : null}
      <div><Button kind="main" inactive={working} onClick={propose}>{m.text(proposed === undefined ? "directory.build" : "directory.rebuild")}</Button></div>
    </div>
  );
}

interface NextProps {
  readonly proposal: Proposal;
  readonly missing: number;
  readonly confirmed: boolean;
  readonly working: boolean;
  readonly sign: (proposal: Proposal, line: () => Promise<string>) => Promise<boolean>;
  readonly propose: () => void;
}

/** The next version in sentences, and its signing. Both come from the one checked proposal. */
function Next({ proposal, missing, confirmed, working, sign, propose }: NextProps): JSX.Element {
  const { m, today } = useDesk();
  const id = useId();
  const [told, setTold] = useState(false);
  const next = proposal.content;
  const changes = useMemo(() => changesBetween(proposal.before?.content, next), [proposal, next]);
  return (
    <section class="card stack" aria-labelledby="next-heading">
      <h2 id="next-heading">{m.text("directory.next", { version: next.version })}</h2>
      {proposal.changesRoot ? (
        <Notice kind="warn" title={m.text("directory.rootChanged")}>
          <p>{m.text("directory.rootChanged.text", { names: next.root.keys.map((key) => key.name).join(", "), threshold: next.root.threshold })}</p>
          <label class="check" for={`${id}-told`}>
            <input id={`${id}-told`} type="checkbox" checked={told} onChange={(event) => setTold(event.currentTarget.checked)} />
            <span>{m.text("directory.rootChanged.told")}</span>
          </label>
        </Notice>
      ) : null}
      <p>{validityWords(m, next.issued, next.expires, today)}</p>
      <h3>{m.text("directory.changes")}</h3>
      {changes.length === 0 ? (
        <p>{m.text("directory.noChanges")}</p>
      ) : (
        <ul>{changes.map((change, index) => <li key={index} dir="auto">{changeWords(m, change, today)}</li>)}</ul>
      )}
      <h3>{m.text("directory.preview")}</h3>
      <Preview content={next} level="h4" />
      <h3>{m.text("directory.sign")}</h3>
      <p>{m.count("directory.missing", missing)}</p>
      {confirmed ? (
        <Signing proposal={proposal} told={told} working={working} sign={(line) => sign(proposal, line)} />
      ) : (
        <p>{m.text("directory.compareFirst")}</p>
      )}
      <div><Button kind="plain" inactive={working} onClick={propose}>{m.text("directory.rebuild")}</Button></div>
    </section>
  );
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
function Signing({ proposal, told, working, sign }: { readonly proposal: Proposal; readonly told: boolean; readonly working: boolean; readonly sign: (line: () => Promise<string>) => Promise<boolean> }): JSX.Element {
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
      return signProposal(proposal, root, { rootChange: told });
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
