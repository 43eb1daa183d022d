import type { JSX } from "preact";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { ProgressText } from "../../ui/ProgressText.tsx";
import { FormPage } from "../FormPage.tsx";
import { useSource } from "../context.ts";
import { holdsText } from "../draft.ts";
import type { SourceKey } from "../language.ts";

const known: Readonly<Record<string, SourceKey>> = {
  "no-directory": "directory.none",
  "directory-expired": "directory.expired",
  "directory-rolled-back": "directory.rolled-back",
  "directory-under-signed": "directory.under-signed",
  "directory-root-mismatch": "directory.root-mismatch",
  "directory-malformed": "directory.malformed",
  "directory-origin": "directory.origin",
  "document-hash": "directory.malformed",
  "document-malformed": "directory.malformed",
};

/** The sentence for a refused directory; whatever is not known means that the server could not be reached. */
export function directoryText(code: string): SourceKey {
  return known[code] ?? "directory.unreachable";
}

export function isDirectoryProblem(code: string): boolean {
  return code in known;
}

/** Shown in the place of every page that needs the list of readers, while there is none that can be trusted. */
export function DirectoryProblem(): JSX.Element {
  const { m, directory, reload, draft } = useSource();
  if (directory.status !== "problem") {
    return (
      <FormPage name="directory-loading" heading={m.text("channels.heading")}>
        <ProgressText text={m.text("directory.loading")} />
      </FormPage>
    );
  }
  return (
    <FormPage name="directory-problem" heading={m.text("directory.problem")}>
      <Notice kind="warn" title={m.text(directoryText(directory.code))} live>
        <p>{m.text(holdsText(draft) ? "directory.kept" : "directory.nothing")}</p>
        <p>{m.text("directory.authority")}</p>
        <p class="soft small code">{directory.code}</p>
      </Notice>
      <div>
        <Button kind="main" onClick={() => void reload()}>
          {m.text("try-again")}
        </Button>
      </div>
    </FormPage>
  );
}
