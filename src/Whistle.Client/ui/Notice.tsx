import type { ComponentChildren, JSX } from "preact";

export interface NoticeProps {
  readonly title?: string | undefined;
  readonly kind?: "plain" | "warn" | "good";
  /** Announced at once by screen readers: only for what appears while somebody waits. */
  readonly live?: boolean;
  readonly children?: ComponentChildren;
}

/** A box that stands out of the text. Its title carries the meaning, its colour only repeats it. */
export function Notice({ title, kind = "plain", live = false, children }: NoticeProps): JSX.Element {
  return (
    <div class={kind === "plain" ? "notice" : `notice notice-${kind}`} role={live ? "status" : undefined}>
      {title !== undefined && <p class="notice-title">{title}</p>}
      {children}
    </div>
  );
}
