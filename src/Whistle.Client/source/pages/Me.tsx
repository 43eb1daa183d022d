import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Choice } from "../../ui/Choice.tsx";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { Messages } from "../../ui/i18n.ts";
import { FormPage } from "../FormPage.tsx";
import { chosen, choices, left, placeOf } from "../chosen.ts";
import { useSource } from "../context.ts";
import type { Draft } from "../draft.ts";
import { list } from "../format.ts";
import type { SourceKey } from "../language.ts";
import { nameProblems } from "../nameProblems.ts";
import { DirectoryProblem } from "./DirectoryProblem.tsx";

/** What is wrong with a name or the way to reach somebody, and with which of the two. */
export function nameErrors(m: Messages<SourceKey>, draft: Draft): readonly FieldProblem[] {
  return nameProblems(draft).map(({ field, problem }) => ({
    field,
    text: problem === "missing" ? m.text("me.name.missing") : m.text("me.too-long", { label: m.text(`me.${field}`) }),
  }));
}

/** Tell them who you are? Anonymous unless the source decides otherwise. */
export function Me(): JSX.Element {
  const source = useSource();
  const { m, language, draft, write, go } = source;
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const now = chosen(source);
  if (now === undefined) {
    return <DirectoryProblem />;
  }
  const { custodians } = left(choices(source, now), draft.unticked);
  const can = custodians.length > 0;
  const onSubmit = (): void => {
    const found = can ? nameErrors(m, draft) : [];
    setProblems(found);
    if (found.length === 0) {
      go("check");
    }
  };
  return (
    <FormPage name="me" heading={m.text("me.heading")} place={placeOf(source, now, { after: 3 })} problems={problems} onSubmit={onSubmit}>
      {can ? (
        <Choice
          id="give"
          label={m.text("me.choice")}
          labelHidden
          value={draft.give ? "give" : "anonymous"}
          options={[
            { id: "anonymous", label: m.text("me.anonymous"), hint: m.text("me.anonymous.hint") },
            { id: "give", label: m.text("me.give"), hint: m.text("me.give.hint", { names: list(custodians.map((person) => person.name), language) }) },
          ]}
          onChange={(value) => write({ give: value === "give" })}
        />
      ) : (
        <Notice title={m.text("me.anonymous")}>
          <p>{m.text("me.nobody")}</p>
        </Notice>
      )}
      {can && draft.give && (
        <>
          <TextField id="name" label={m.text("me.name")} value={draft.name} onInput={(name) => write({ name })} required error={problems.find((p) => p.field === "name")?.text} />
          <TextField
            id="contact"
            label={m.text("me.contact")}
            hint={m.text("me.contact.hint")}
            value={draft.contact}
            onInput={(contact) => write({ contact })}
            error={problems.find((p) => p.field === "contact")?.text}
          />
        </>
      )}
      <p class="soft">{m.text("me.text")}</p>
    </FormPage>
  );
}
