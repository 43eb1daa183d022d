import type { JSX } from "preact";
import { clockPolicies } from "../../lib/clocks.ts";
import { useId, useState } from "preact/hooks";
import { hex } from "../../lib/bytes.ts";
import type { Account, DeskApi } from "../../lib/deskApi.ts";
import { systemRandom } from "../../lib/random.ts";
import type { SourceApi } from "../../lib/sourceApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { useAct, useLoad } from "../parts/load.ts";
import { fromWire, nameLanguages, problemsOf, toWire, type ChannelDraft } from "./channel-draft.ts";
import { DocumentField } from "./document-field.tsx";
import { TaxonomyLine } from "./taxonomy-line.tsx";

/** Channels as they will stand in the next directory. Nothing here reaches sources until root holders sign it. */
export function Channels({ api, source }: { readonly api: DeskApi; readonly source: SourceApi }): JSX.Element {
  const { m, say } = useDesk();
  const loaded = useLoad(async (signal) => {
    const [people, drafts] = await Promise.all([api.people(signal), api.channelDrafts(signal)]);
    return { people, drafts: drafts.map(fromWire).filter((draft) => draft !== undefined) };
  });
  const act = useAct();
  const [editing, edit] = useState<ChannelDraft | undefined>(undefined);
  const save = async (draft: ChannelDraft): Promise<void> => {
    if (await act.run(() => api.putChannelDraft(draft.id, toWire(draft)))) {
      edit(undefined);
      say(m.text("admin.channels.saved"));
      loaded.reload();
    }
  };
  const remove = async (draft: ChannelDraft): Promise<void> => {
    if (await act.run(() => api.removeChannelDraft(draft.id))) {
      say(m.text("admin.channels.removed"));
      loaded.reload();
    }
  };
  const nameOf = (draft: ChannelDraft): string => draft.name[m.language] ?? Object.values(draft.name)[0] ?? "";
  return (
    <section class="page page-wide stack" aria-labelledby="channels-heading">
      <h1 id="channels-heading">{m.text("admin.channels.title")}</h1>
      <p class="hint">{m.text("admin.channels.explain")}</p>
      {act.error === undefined ? null : <Notice kind="warn" live title={act.error} />}
      {loaded.error === undefined ? null : <Notice kind="warn" live title={loaded.error} />}
      {loaded.value === undefined ? null : editing !== undefined ? (
        <ChannelForm
          key={editing.id}
          api={api}
          source={source}
          draft={editing}
          people={loaded.value.people}
          working={act.working}
          save={(draft) => void save(draft)}
          cancel={() => edit(undefined)}
        />
      ) : (
        <>
          <div><Button kind="main" onClick={() => edit(newDraft())}>{m.text("admin.channels.add")}</Button></div>
          {loaded.value.drafts.length === 0 ? (
            <div class="empty">
              <h2>{m.text("admin.channels.none.title")}</h2>
              <p>{m.text("admin.channels.none.text")}</p>
            </div>
          ) : (
            <ul class="plain-list">
              {loaded.value.drafts.map((draft) => (
                <li key={draft.id} class="card">
                  <h2 dir="auto">{nameOf(draft)}</h2>
                  <p class="soft">
                    <span dir="auto">{draft.entity}</span> · {m.count("admin.channels.readers", draft.readers.length)} · {m.text(`policy.${draft.policy}`)}
                  </p>
                  {draft.taxonomy === "" ? null : (
                    <p class="soft">
                      {m.text("admin.documents.taxonomy")}: <TaxonomyLine key={draft.taxonomy} source={source} hash={draft.taxonomy} />
                    </p>
                  )}
                  <div class="row">
                    <Button onClick={() => edit(draft)}>{m.text("admin.channels.edit")}<span class="visually-hidden"> {nameOf(draft)}</span></Button>
                    <Button kind="plain" inactive={act.working} onClick={() => void remove(draft)}>{m.text("admin.channels.remove")}<span class="visually-hidden"> {nameOf(draft)}</span></Button>
                  </div>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

function newDraft(): ChannelDraft {
  return { id: hex(systemRandom(16)), name: {}, entity: "", readers: [], approvers: [], custodians: [], recovery: "none", policy: "eu", questionnaire: "", texts: "", taxonomy: "" };
}

interface FormProps {
  readonly api: DeskApi;
  readonly source: SourceApi;
  readonly draft: ChannelDraft;
  readonly people: readonly Account[];
  readonly working: boolean;
  readonly save: (draft: ChannelDraft) => void;
  readonly cancel: () => void;
}

function ChannelForm({ api, source, draft: first, people, working, save, cancel }: FormProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [draft, setDraft] = useState(first);
  const [asked, setAsked] = useState(false);
  const problems = asked ? problemsOf(draft) : [];
  const wrong = (...names: readonly string[]): string | undefined => {
    const found = problems.find((p) => names.includes(p));
    return found === undefined ? undefined : m.text(`admin.channels.problem.${found}`);
  };
  // Documents are stored while the person goes on: what came meanwhile stays.
  const change = (part: Partial<ChannelDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const options = (...roles: readonly string[]) =>
    people
      .filter((p) => roles.includes(p.role) && p.state === "active")
      .map((p) => ({ id: p.id, label: p.name, hint: `${m.text(`role.${p.role}`)}, ${m.text(p.place === "outside" ? "place.outside" : "place.inside")}` }));
  return (
    <form
      class="stack"
      aria-label={m.text("admin.channels.form")}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (problemsOf(draft).length === 0 && !working) {
          save(draft);
        }
      }}
    >
      {nameLanguages.map((language) => (
        <TextField
          key={language}
          id={`${id}-name-${language}`}
          label={m.text("admin.channels.name", { language: m.text(`language.${language}`) })}
          value={draft.name[language] ?? ""}
          onInput={(value) => change({ name: { ...draft.name, [language]: value } })}
          error={language === "en" ? wrong("name") : undefined}
        />
      ))}
      <TextField id={`${id}-entity`} label={m.text("admin.channels.entity")} hint={m.text("admin.channels.entityHint")} value={draft.entity} onInput={(entity) => change({ entity })} error={wrong("entity")} />
      <PeopleField id={`${id}-readers`} label={m.text("admin.channels.readersField")} hint={m.text("admin.channels.readersHint")} options={options("lead", "reviewer")} values={draft.readers} change={(readers) => change({ readers })} error={wrong("readers", "too-many-readers")} />
      <PeopleField id={`${id}-approvers`} label={m.text("admin.channels.approversField")} hint={m.text("admin.channels.approversHint")} options={options("approver", "lead", "reviewer")} values={draft.approvers} change={(approvers) => change({ approvers })} error={undefined} />
      <PeopleField id={`${id}-custodians`} label={m.text("admin.channels.custodiansField")} hint={m.text("admin.channels.custodiansHint")} options={options("custodian")} values={draft.custodians} change={(custodians) => change({ custodians })} error={wrong("too-many-custodians")} />
      <Choice
        id={`${id}-policy`}
        label={m.text("admin.channels.policy")}
        value={draft.policy}
        onChange={(value) => change({ policy: clockPolicies.find((policy) => policy === value) ?? draft.policy })}
        options={clockPolicies.map((policy) => ({ id: policy, label: m.text(`policy.${policy}`), hint: m.text(`policy.${policy}.hint`) }))}
      />
      <Choice
        id={`${id}-recovery`}
        label={m.text("admin.channels.recovery")}
        value={draft.recovery}
        onChange={(value) => change({ recovery: value === "offered" ? "offered" : "none" })}
        options={[
          { id: "none", label: m.text("recovery.none"), hint: m.text("recovery.none.hint") },
          { id: "offered", label: m.text("recovery.offered"), hint: m.text("recovery.offered.hint") },
        ]}
      />
      {(["questionnaire", "texts", "taxonomy"] as const).map((kind) => (
        <DocumentField key={kind} api={api} kind={kind} hash={draft[kind]} change={(hash) => change({ [kind]: hash })} error={draft[kind] === "" ? wrong("documents") : undefined}>
          {kind === "taxonomy" && draft.taxonomy !== "" ? <TaxonomyLine key={draft.taxonomy} source={source} hash={draft.taxonomy} /> : null}
        </DocumentField>
      ))}
      <div class="row">
        <Button kind="main" submit inactive={working}>{m.text("admin.channels.save")}</Button>
        <Button kind="plain" onClick={cancel}>{m.text("cancel")}</Button>
      </div>
    </form>
  );
}

interface PeopleFieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly options: readonly { readonly id: string; readonly label: string; readonly hint: string }[];
  readonly values: readonly string[];
  readonly change: (values: readonly string[]) => void;
  readonly error: string | undefined;
}

function PeopleField({ id, label, hint, options, values, change, error }: PeopleFieldProps): JSX.Element {
  const { m } = useDesk();
  return options.length === 0 ? (
    <div class="field">
      <p class="field-label">{label}</p>
      <p class="hint">{m.text("admin.channels.nobody")}</p>
      {error === undefined ? null : <p class="field-error">{error}</p>}
    </div>
  ) : (
    <Checkboxes id={id} label={label} hint={hint} options={options} values={values} onChange={change} error={error} />
  );
}
