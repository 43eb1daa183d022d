import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import type { DeskApi } from "../../lib/deskApi.ts";
import { WhistleError } from "../../lib/errors.ts";
import { useDesk } from "../context.ts";
import { useAct } from "../parts/load.ts";

export interface DocumentFieldProps {
  readonly api: DeskApi;
  readonly kind: "questionnaire" | "texts" | "taxonomy";
  readonly hash: string;
  readonly change: (hash: string) => void;
  readonly error: string | undefined;
  /** What the document is called, where it says so. */
  readonly children?: ComponentChildren;
}

/** A document is a file; the server checks its form and answers with its hash, which is all a channel names. */
export function DocumentField({ api, kind, hash, change, error, children }: DocumentFieldProps): JSX.Element {
  const { m, say } = useDesk();
  const id = useId();
  const act = useAct();
  const add = async (file: File | undefined): Promise<void> => {
    if (file === undefined) {
      return;
    }
    const done = await act.run(async () => {
      const answer = await api.addDocument(new Uint8Array(await file.arrayBuffer()));
      if (answer.kind !== kind) {
        throw new WhistleError("document-malformed");
      }
      change(answer.hash);
    });
    if (done) {
      say(m.text("admin.documents.added"));
    }
  };
  const problem = act.error ?? error;
  return (
    <div class={problem === undefined ? "field" : "field field-invalid"}>
      <label class="field-label" for={id}>{m.text(`admin.documents.${kind}`)}</label>
      <p class="hint" id={`${id}-hint`}>
        {children === undefined || children === null ? null : <span class="block">{children}</span>}
        {hash === "" ? m.text("admin.documents.none") : m.text("admin.documents.hash")}
        {hash === "" ? null : <span class="code block">{hash}</span>}
      </p>
      {problem === undefined ? null : <p class="field-error" id={`${id}-error`} role="alert">{problem}</p>}
      <input
        id={id}
        class="input"
        type="file"
        accept=".json,application/json"
        aria-describedby={problem === undefined ? `${id}-hint` : `${id}-hint ${id}-error`}
        onChange={(event) => {
          void add(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
