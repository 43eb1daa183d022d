import type { Progress } from "../lib/types.ts";
import type { Messages } from "../ui/i18n.ts";
import type { SourceKey } from "./language.ts";

/** What is happening now, in words. */
export function progressText(m: Messages<SourceKey>, { step, done }: Progress): string {
  switch (step) {
    case "uploading":
      return m.text("send.uploading", { percent: Math.round(done * 100) });
    case "working":
    case "sending":
    case "checking":
      return m.text(`send.${step}`);
    case "sealing":
    case "opening":
      return m.text("send.sealing");
  }
}
