import type { ComponentChildren, JSX } from "preact";
import { Button } from "../ui/Button.tsx";
import { ErrorSummary, type FieldProblem } from "../ui/ErrorSummary.tsx";
import { Page } from "../ui/Page.tsx";
import { useSource } from "./context.ts";

export interface FormPageProps {
  readonly name: string;
  readonly heading: string;
  readonly place?: { readonly n: number; readonly total: number };
  readonly problems?: readonly FieldProblem[];
  /** Words on the one main act. Left out: "Continue". */
  readonly act?: string;
  readonly onSubmit?: () => void;
  /** Beside the main act. */
  readonly beside?: ComponentChildren;
  readonly backHidden?: boolean;
  readonly children: ComponentChildren;
}

/** A page of the way through: back on top, problems first, one main act at the end. */
export function FormPage(props: FormPageProps): JSX.Element {
  const { m, back } = useSource();
  const { name, heading, place, problems = [], act, onSubmit, beside, backHidden = false, children } = props;
  return (
    <Page
      name={name}
      heading={heading}
      title={m.text("title")}
      above={
        <div class="row page-place">
          {!backHidden && (
            <Button kind="plain" onClick={back}>
              {m.text("back")}
            </Button>
          )}
          {place !== undefined && <span class="soft">{m.text("of", { n: place.n, total: place.total })}</span>}
        </div>
      }
    >
      <ErrorSummary title={m.text("error.title")} problems={problems} />
      {onSubmit === undefined ? (
        children
      ) : (
        <form
          class="stack"
          noValidate
          autocomplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {children}
          <div class="row">
            <Button kind="main" submit>
              {act ?? m.text("continue")}
            </Button>
            {beside}
          </div>
        </form>
      )}
    </Page>
  );
}
