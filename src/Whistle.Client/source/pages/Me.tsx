import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Choice } from "../../ui/Choice.tsx";
import type { FieldProblem } from "../../ui/ErrorSummary.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { FormPage } from "../FormPage.tsx";
import { chosen, choices, left, placeOf } from "../chosen.ts";
import { useSource } from "../context.ts";
import { list } from "../format.ts";
import { DirectoryProblem } from "./DirectoryProblem.tsx";

/** SPEC 5.6, in UTF-8 bytes: the envelope has one size whatever stands in it. */
const nameBytes = 200;
const contactBytes = 500;

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
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
    const found: FieldProblem[] = [];
    if (can && draft.give) {
      if (draft.name.trim() === "") {
        found.push({ field: "name", text: m.text("me.name.missing") });
      } else if (bytes(draft.name) > nameBytes) {
        found.push({ field: "name", text: m.text("me.too-long", { label: m.text("me.name") }) });
      }
      if (bytes(draft.contact) > contactBytes) {
        found.push({ field: "contact", text: m.text("me.too-long", { label: m.text("me.contact") }) });
      }
    }
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
