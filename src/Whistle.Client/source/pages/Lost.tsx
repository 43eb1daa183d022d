import type { JSX } from "preact";
import { Button } from "../../ui/Button.tsx";
import { FormPage } from "../FormPage.tsx";
import { useSource } from "../context.ts";

/** Nobody can give the words again; a new report can. */
export function Lost(): JSX.Element {
  const { m, go } = useSource();
  return (
    <FormPage name="lost" heading={m.text("lost.heading")}>
      <p class="lead">{m.text("lost.nobody")}</p>
      <p>{m.text("lost.report")}</p>
      <p>{m.text("lost.new")}</p>
      <p>{m.text("lost.part")}</p>
      <div class="row">
        <Button kind="main" onClick={() => go("channels")}>
          {m.text("lost.go")}
        </Button>
        <Button onClick={() => go("return")}>{m.text("lost.try")}</Button>
      </div>
    </FormPage>
  );
}
