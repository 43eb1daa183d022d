import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { FormPage } from "../FormPage.tsx";
import { chosen, placeOf } from "../chosen.ts";
import { useSource } from "../context.ts";
import type { DraftFile } from "../draft.ts";
import { admit, cleanName, kindOfFile, maximumBytes, maximumFiles, type Refusal } from "../fileKinds.ts";
import { number, size } from "../format.ts";
import { DirectoryProblem } from "./DirectoryProblem.tsx";

/** Files, with what will be visible inside each. */
export function Files(): JSX.Element {
  const source = useSource();
  const { m, language, draft, write, go } = source;
  const now = chosen(source);
  if (now === undefined) {
    return <DirectoryProblem />;
  }
  return (
    <FormPage name="files" heading={m.text("files.heading")} place={placeOf(source, now, { after: 1 })} onSubmit={() => go(draft.reviewing ? "check" : "who")}>
      <p class="lead">{m.text("files.lead", { files: number(maximumFiles, language), size: size(maximumBytes, language) })}</p>
      <Notice title={m.text("files.visible")}>
        <p>{m.text("files.visible.text")}</p>
      </Notice>
      <FilePicker id="files" files={draft.files} change={(files) => write({ files })} />
    </FormPage>
  );
}

export interface FilePickerProps {
  readonly id: string;
  readonly files: readonly DraftFile[];
  readonly change: (files: readonly DraftFile[]) => void;
}

let nextKey = 1;

/** Whether the browser can still read the file: a folder, or a file that has just gone, fails here and not while sending. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** A list of files that grows and shrinks; every refusal says which file and why. */
export function FilePicker({ id, files, change }: FilePickerProps): JSX.Element {
  const { m, language } = useSource();
  const [refused, setRefused] = useState<readonly Refusal[]>([]);
  const latest = useRef(files);
  latest.current = files;
  const add = async (list: readonly File[]): Promise<void> => {
    const readable = await Promise.all(list.map(isReadable));
    const { taken, refused: others } = admit(latest.current.map((file) => ({ name: file.sendName, size: file.data.size })), list.filter((_, i) => readable[i]));
    setRefused([...list.flatMap((file, i) => (readable[i] ? [] : [{ name: cleanName(file.name), why: "unreadable" as const }])), ...others]);
    change([...latest.current, ...taken.map((data) => ({ key: nextKey++, sendName: cleanName(data.name), data }))]);
  };
  const used = files.reduce((sum, file) => sum + file.data.size, 0);
  return (
    <div class="stack">
      <div class="field">
        {/* The browser's own control speaks the browser's language, which may not be the page's. */}
        <input
          id={id}
          class="visually-hidden file-input"
          type="file"
          multiple
          onChange={(event) => {
            const list = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = ""; // the same file can be chosen again after it was removed
            void add(list);
          }}
        />
        <label class="button file-button" for={id}>
          {m.text("files.choose")}
        </label>
      </div>
      {refused.length > 0 && (
        <Notice kind="warn" live>
          {refused.map(({ name, why }, index) => (
            <p key={index}>{m.text(`files.${why}`, { name, size: size(maximumBytes, language), files: number(maximumFiles, language) })}</p>
          ))}
        </Notice>
      )}
      {files.length > 0 && (
        <section class="stack-tight">
          <h2>{m.text("files.chosen")}</h2>
          <ul class="cards">
            {files.map((file) => (
              <li class="card" key={file.key}>
                <p>
                  <strong dir="auto">{file.sendName}</strong> <span class="soft">{size(file.data.size, language)}</span>
                </p>
                {file.sendName !== file.data.name && <p class="soft small">{m.text("files.renamed", { name: file.sendName })}</p>}
                <p class="small">{m.text(`files.kind.${kindOfFile(file.data.name, file.data.type)}`)}</p>
                <div>
                  <Button kind="plain" onClick={() => change(files.filter((other) => other.key !== file.key))}>
                    {m.text("files.remove", { name: file.sendName })}
                  </Button>
                </div>
              </li>
            ))}
          </ul>
          <p class="count" role="status">
            {m.text("files.used", { used: size(used, language), max: size(maximumBytes, language) })}
          </p>
        </section>
      )}
    </div>
  );
}
