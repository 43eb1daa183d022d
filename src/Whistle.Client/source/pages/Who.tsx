import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { personById, type Person } from "../../lib/directory.ts";
import { Checkboxes } from "../../ui/Checkboxes.tsx";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { Notice } from "../../ui/Notice.tsx";
import type { SourceKey } from "../language.ts";
import { FormPage } from "../FormPage.tsx";
import { chosen, choices, placeOf } from "../chosen.ts";
import { useSource } from "../context.ts";
import { list } from "../format.ts";
import { consequences, effectiveUnticked, holdersLeftOut, type Consequence } from "../readers.ts";
import { holderNames } from "./Channels.tsx";
import { DirectoryProblem } from "./DirectoryProblem.tsx";

const warnings: Readonly<Record<Exclude<Consequence, "nobody">, readonly [SourceKey, SourceKey]>> = {
  one: ["who.alone", "who.alone.text"],
  "no-lead": ["who.no-lead", "who.no-lead.text"],
  "only-recovery": ["who.only-recovery", "who.only-recovery.text"],
};

/** Who may open it: everyone is ticked, and leaving people out says what follows from it. */
export function Who(): JSX.Element {
  const source = useSource();
  const { m, language, draft, write, go } = source;
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const now = chosen(source);
  if (now === undefined) {
    return <DirectoryProblem />;
  }
  const offered = choices(source, now);
  const { people, later, recovery, custodians } = offered;
  const out = effectiveUnticked(offered, draft.unticked);
  const holders = holdersLeftOut(offered, draft.unticked);
  const follows = consequences(offered, draft.unticked);
  const approvers = now.channel.approvers.filter((id) => !now.channel.readers.includes(id)).flatMap((id) => personById(now.directory.content, id)?.name ?? []);
  /** Only what belongs to this group is changed; a forced recovery is not written down, so it comes back with its holder. */
  const tick = (group: readonly string[], ticked: readonly string[]): void => {
    const others = draft.unticked.filter((id) => !group.includes(id));
    const forced = holders.length > 0 && !draft.unticked.includes("recovery");
    write({ unticked: [...others, ...group.filter((id) => !ticked.includes(id) && !(forced && id === "recovery"))] });
    setProblems([]);
  };
  const about = (person: Person): string => m.text("person.about", { role: m.text(`role.${person.role}`), place: m.text(`place.${person.place}`) });
  const readers = [...[...people, ...later].map((person) => person.id), ...(recovery === undefined ? [] : ["recovery"])];
  return (
    <FormPage
      name="who"
      heading={m.text("who.heading")}
      place={placeOf(source, now, { after: 2 })}
      problems={problems}
      onSubmit={() => {
        if (follows.includes("nobody")) {
          setProblems([{ field: "readers", text: m.text("who.nobody") }]);
        } else {
          go(draft.reviewing ? "check" : "me");
        }
      }}
    >
      <p class="lead">{m.text("who.lead")}</p>
      <Checkboxes
        id="readers"
        label={m.text("who.team", { name: now.name })}
        error={problems[0]?.text}
        options={[
          ...people.map((person) => ({ id: person.id, label: <span dir="auto">{person.name}</span>, hint: about(person) })),
          ...later.map((person) => ({ id: person.id, label: <span dir="auto">{person.name}</span>, hint: `${about(person)}. ${m.text("who.later.hint")}` })),
          ...(recovery === undefined
            ? []
            : [
                {
                  id: "recovery",
                  label: m.text("recovery"),
                  hint: m.text("who.recovery.hint", { threshold: recovery.threshold, names: holderNames(m, recovery) }),
                },
              ]),
        ]}
        values={readers.filter((id) => !out.includes(id))}
        onChange={(ticked) => tick(readers, ticked)}
      />
      <div class="stack" role="status">
        {holders.length > 0 && <Notice>{m.text("who.recovery.off", { names: list(holders, language) })}</Notice>}
        {follows.map((follow) =>
          follow === "nobody" ? null : (
            <Notice key={follow} kind="warn" title={m.text(warnings[follow][0])}>
              <p>{m.text(warnings[follow][1])}</p>
            </Notice>
          ),
        )}
      </div>
      {custodians.length > 0 && (
        <Checkboxes
          id="custodians"
          label={m.text("who.custodians")}
          hint={m.text("who.custodians.hint")}
          options={custodians.map((person) => ({ id: person.id, label: <span dir="auto">{person.name}</span>, hint: about(person) }))}
          values={custodians.map((person) => person.id).filter((id) => !out.includes(id))}
          onChange={(ticked) => tick(custodians.map((person) => person.id), ticked)}
        />
      )}
      {approvers.length > 0 && <p class="soft">{m.text("who.approvers", { names: list(approvers, language) })}</p>}
    </FormPage>
  );
}
