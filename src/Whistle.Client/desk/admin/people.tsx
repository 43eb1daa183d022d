import { Fragment, type JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Account, DeskApi, Role } from "../../lib/deskApi.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useDesk } from "../context.ts";
import { CopyButton } from "../parts/copy.tsx";
import { useAct, useLoad } from "../parts/load.ts";

const roles: readonly Role[] = ["lead", "reviewer", "approver", "custodian", "admin", "auditor"];

/** Who has an account. An admin invites and disables; nobody here can read a case or give anyone that right. */
export function People({ api }: { readonly api: DeskApi }): JSX.Element {
  const { m, say } = useDesk();
  const people = useLoad((signal) => api.people(signal));
  const act = useAct();
  const [link, setLink] = useState<{ readonly name: string; readonly link: string } | undefined>(undefined);
  const [inviting, setInviting] = useState(false);
  const [mailOf, setMailOf] = useState<Account["id"] | undefined>(undefined);
  const invite = async (name: string, role: Role, place: "inside" | "outside"): Promise<void> => {
    const done = await act.run(async () => {
      const answer = await api.invite({ name, role, place });
      setLink({ name, link: answer.link });
    });
    if (done) {
      setInviting(false);
      people.reload();
    }
  };
  const again = async (person: Account): Promise<void> => {
    const done = await act.run(async () => {
      const answer = await api.inviteAgain(person.id);
      setLink({ name: person.name, link: answer.link });
    });
    if (done) {
      people.reload();
    }
  };
  const setState = async (person: Account, state: "active" | "disabled"): Promise<void> => {
    if (await act.run(() => api.setPersonState(person.id, state))) {
      say(m.text(state === "disabled" ? "admin.people.disabled" : "admin.people.enabled", { name: person.name }));
      people.reload();
    }
  };
  const openMail = (person: Account | undefined): void => {
    act.clear();
    setMailOf(person?.id);
  };
  const setMail = async (person: Account, mail: string | undefined): Promise<void> => {
    if (await act.run(() => (mail === undefined ? api.clearMail(person.id) : api.setMail(person.id, mail)))) {
      setMailOf(undefined);
      say(m.text(mail === undefined ? "admin.people.mailCleared" : "admin.people.mailSaved", { name: person.name }));
      people.reload();
    }
  };
  return (
    <section class="page page-wide stack" aria-labelledby="people-heading">
      <h1 id="people-heading">{m.text("admin.people.title")}</h1>
      <p class="hint">{m.text("admin.people.explain")}</p>
      <p class="hint">{m.text("recovery.leaving")}</p>
      {link === undefined ? null : (
        <Notice kind="good" live title={m.text("admin.people.link", { name: link.name })}>
          <p class="code">{link.link}</p>
          <div><CopyButton text={link.link} label={m.text("admin.people.copyLink")} /></div>
          <p>{m.text("admin.people.linkOnce")}</p>
        </Notice>
      )}
      {act.error === undefined || mailOf !== undefined ? null : <Notice kind="warn" live title={act.error} />}
      {people.error === undefined ? null : <Notice kind="warn" live title={people.error} />}
      {inviting ? (
        <Invite working={act.working} invite={(n, r, p) => void invite(n, r, p)} cancel={() => setInviting(false)} />
      ) : (
        <div><Button kind="main" onClick={() => setInviting(true)}>{m.text("admin.people.invite")}</Button></div>
      )}
      {people.value === undefined ? null : (
        <table class="table cards">
          <caption class="visually-hidden">{m.text("admin.people.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{m.text("admin.people.name")}</th>
              <th scope="col">{m.text("admin.people.role")}</th>
              <th scope="col">{m.text("admin.people.state")}</th>
              <th scope="col">{m.text("admin.people.inDirectory")}</th>
              <th scope="col"><span class="visually-hidden">{m.text("admin.acts")}</span></th>
            </tr>
          </thead>
          <tbody>
            {people.value.map((person) => (
              <Fragment key={person.id}>
                <tr>
                  <th scope="row">
                    <span dir="auto">{person.name}</span>
                    {person.login === undefined ? null : <span class="soft small block" dir="ltr">{person.login}</span>}
                    {person.mail === undefined ? null : <span class="soft small block" dir="ltr">{person.mail}</span>}
                  </th>
                  <td data-label={m.text("admin.people.role")}>
                    {m.text(`role.${person.role}`)}, {m.text(person.place === "outside" ? "place.outside" : "place.inside")}
                  </td>
                  <td data-label={m.text("admin.people.state")}>{m.text(`account.${person.state}`)}</td>
                  <td data-label={m.text("admin.people.inDirectory")}>
                    {person.role === "admin" || person.role === "auditor" ? m.text("admin.people.notNeeded") : m.text(person.inDirectory === "yes" ? "yes" : "admin.people.notYet")}
                  </td>
                  <td class="table-acts">
                    <Button kind="plain" onClick={() => openMail(person)}>{m.text("admin.people.mail")}<span class="visually-hidden"> {person.name}</span></Button>
                    {person.state === "invited" ? <Button kind="plain" inactive={act.working} onClick={() => void again(person)}>{m.text("admin.people.again")}<span class="visually-hidden"> {person.name}</span></Button> : null}
                    {person.state === "disabled" ? (
                      <Button kind="plain" inactive={act.working} onClick={() => void setState(person, "active")}>{m.text("admin.people.enable")}<span class="visually-hidden"> {person.name}</span></Button>
                    ) : (
                      <Button kind="plain" inactive={act.working} onClick={() => void setState(person, "disabled")}>{m.text("admin.people.disable")}<span class="visually-hidden"> {person.name}</span></Button>
                    )}
                  </td>
                </tr>
                {mailOf !== person.id ? null : (
                  <tr>
                    <td colSpan={5}>
                      <Mail person={person} working={act.working} error={act.error} save={(mail) => void setMail(person, mail)} cancel={() => openMail(undefined)} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Invite({ working, invite, cancel }: { readonly working: boolean; readonly invite: (name: string, role: Role, place: "inside" | "outside") => void; readonly cancel: () => void }): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("reviewer");
  const [place, setPlace] = useState<"inside" | "outside">("inside");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  return (
    <form
      class="card stack"
      aria-label={m.text("admin.people.invite")}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") {
          setProblem(m.text("admin.people.nameMissing"));
        } else if (!working) {
          invite(name.trim(), role, place);
        }
      }}
    >
      <TextField id={`${id}-name`} label={m.text("admin.people.name")} hint={m.text("admin.people.nameHint")} value={name} onInput={setName} error={problem} />
      <Choice
        id={`${id}-role`}
        label={m.text("admin.people.role")}
        value={role}
        onChange={(value) => setRole(roles.find((r) => r === value) ?? "reviewer")}
        options={roles.map((r) => ({ id: r, label: m.text(`role.${r}`), hint: m.text(`role.${r}.does`) }))}
      />
      <Choice
        id={`${id}-place`}
        label={m.text("admin.people.place")}
        value={place}
        onChange={(value) => setPlace(value === "outside" ? "outside" : "inside")}
        options={[
          { id: "inside", label: m.text("place.inside") },
          { id: "outside", label: m.text("place.outside") },
        ]}
      />
      <div class="row">
        <Button kind="main" submit inactive={working}>{m.text("admin.people.makeLink")}</Button>
        <Button kind="plain" onClick={cancel}>{m.text("cancel")}</Button>
      </div>
    </form>
  );
}

interface MailProps {
  readonly person: Account;
  readonly working: boolean;
  /** What the server said of the last address, in words. */
  readonly error: string | undefined;
  readonly save: (mail: string | undefined) => void;
  readonly cancel: () => void;
}

/** The e-mail address of one person. What is an address is for the server to say. */
function Mail({ person, working, error, save, cancel }: MailProps): JSX.Element {
  const { m } = useDesk();
  const id = useId();
  const [mail, setMail] = useState(person.mail ?? "");
  const [empty, setEmpty] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  return (
    <form
      ref={form}
      class="stack"
      aria-label={m.text("admin.people.mailOf", { name: person.name })}
      onSubmit={(event) => {
        event.preventDefault();
        setEmpty(mail.trim() === "");
        if (mail.trim() !== "") {
          save(mail.trim());
        }
      }}
    >
      <TextField id={`${id}-mail`} label={m.text("admin.people.mailOf", { name: person.name })} hint={m.text("admin.people.mailHint")} value={mail} onInput={setMail} error={empty ? m.text("error.mail-missing") : error} code />
      <div class="row">
        <Button kind="main" submit inactive={working}>{m.text("admin.people.mailSave")}</Button>
        {person.mail === undefined ? null : <Button kind="plain" inactive={working} onClick={() => save(undefined)}>{m.text("admin.people.mailClear")}</Button>}
        <Button kind="plain" onClick={cancel}>{m.text("cancel")}</Button>
      </div>
    </form>
  );
}
