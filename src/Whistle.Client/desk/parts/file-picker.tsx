import type { JSX } from "preact";
import { Button } from "../../ui/Button.tsx";
import { useDesk } from "../context.ts";
import { sizeWords } from "../model/size.ts";

/** The files that go along, and the button that adds more. */
export function FilePicker({ files, attach }: { readonly files: readonly File[]; readonly attach: (files: readonly File[]) => void }): JSX.Element {
  const { m } = useDesk();
  return (
    <>
      {files.length === 0 ? null : (
        <ul class="files">
          {files.map((file) => (
            <li key={file.name}>
              <span class="file-name" dir="auto">{file.name}</span>
              <span class="soft small">{sizeWords(m.language, file.size)}</span>
              <Button kind="plain" onClick={() => attach(files.filter((other) => other !== file))}>
                {m.text("reply.removeFile")}
                <span class="visually-hidden"> {file.name}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <label class="button file-button">
        {m.text("reply.addFiles")}
        <input
          class="visually-hidden"
          type="file"
          multiple
          onChange={(event) => {
            attach([...files, ...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
      </label>
    </>
  );
}
