import type { ComponentChildren, JSX } from "preact";

/** One line over the whole page, for instance that this is a demonstration. */
export function Banner({ label, children }: { readonly label: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="banner" role="region" aria-label={label}>
      <p>{children}</p>
    </div>
  );
}
