import type { JSX } from "preact";
import { hex } from "../../lib/bytes.ts";
import { custodiansOf, personById, receiversOf, type Channel, type Directory, type Person, type Recovery } from "../../lib/directory.ts";
import { inLanguage } from "../../lib/documents.ts";
import type { Messages } from "../../ui/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { FormPage } from "../FormPage.tsx";
import { useSource } from "../context.ts";
import { chooseChannel } from "../draft.ts";
import { day, hexGroups, list } from "../format.ts";
import type { SourceKey } from "../language.ts";
import { DirectoryProblem } from "./DirectoryProblem.tsx";

/** "R. Moreau, lead, inside the organisation". */
export function personLine(m: Messages<SourceKey>, { name, role, place }: Pick<Person, "name" | "role" | "place">): string {
  return m.text("person", { name, role: m.text(`role.${role}`), place: m.text(`place.${place}`) });
}

export function holderNames(m: Messages<SourceKey>, recovery: Recovery): string {
  return list(recovery.holders.map((holder) => `${holder.name} (${m.text(`place.${holder.place}`)})`), m.language);
}

/** Who should hear this? Each channel with everyone who would read there, before a word is written. */
export function Channels(): JSX.Element {
  const source = useSource();
  const { m, directory: state } = source;
  if (state.status !== "ready") {
    return <DirectoryProblem />;
  }
  const { directory } = state;
  return (
    <FormPage name="channels" heading={m.text("channels.heading")}>
      <p class="lead">{m.text("channels.lead")}</p>
      <ul class="cards">
        {directory.content.channels.map((channel) => (
          <ChannelCard key={channel.id} channel={channel} directory={directory} />
        ))}
      </ul>
      <Root directory={directory} />
    </FormPage>
  );
}

function ChannelCard({ channel, directory }: { readonly channel: Channel; readonly directory: Directory }): JSX.Element {
  const { m, language, ground, draft, setDraft, go } = useSource();
  const { content } = directory;
  const name = inLanguage(channel.name, language) ?? channel.entity;
  const receivers = receiversOf(content, channel, ground.today());
  const others = [...custodiansOf(content, channel, ground.today()).flatMap(({ person }) => person ?? []), ...channel.approvers.filter((id) => !channel.readers.includes(id)).flatMap((id) => personById(content, id) ?? [])];
  return (
    <li class="card">
      <div>
        <h2>{name}</h2>
        <p class="soft">{m.text("channels.entity", { entity: channel.entity })}</p>
      </div>
      <h3>{m.text("channels.who")}</h3>
      <ul>
        {receivers.map(({ id, person, recovery }) => (
          <li key={id}>
            {person !== undefined && personLine(m, person)}
            {recovery !== undefined && m.text("recovery.holders", { threshold: recovery.threshold, names: holderNames(m, recovery) })}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <details>
          <summary>{m.text("channels.others")}</summary>
          <ul>
            {others.map((person) => (
              <li key={person.id}>{personLine(m, person)}</li>
            ))}
          </ul>
        </details>
      )}
      <div>
        <Button
          kind="main"
          onClick={() => {
            setDraft(chooseChannel(draft, channel.id));
            go("read");
          }}
        >
          {m.text("channels.choose", { name })}
        </Button>
      </div>
    </li>
  );
}

/** Hex groups and never words: twelve words are a receipt, and nobody should learn to show words around. */
function Root({ directory: { content, root } }: { readonly directory: Directory }): JSX.Element {
  const { m } = useSource();
  const names = list(content.root.keys.map((key) => key.name), m.language);
  return (
    <details>
      <summary>{m.text("root.title")}</summary>
      <div class="stack-tight">
        <p>{content.root.keys.length === 1 ? m.text("root.single") : m.text("root.signed", { threshold: content.root.threshold, names })}</p>
        <p>{m.text("root.compare")}</p>
        <p class="fingerprint code">{hexGroups(hex(root))}</p>
        <p class="soft small">{m.text("root.version", { version: content.version, date: day(content.expires, m.language) })}</p>
      </div>
    </details>
  );
}
