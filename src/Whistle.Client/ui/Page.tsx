import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface PageProps {
  /** Names the page within the flow; a new name moves the focus and the reading position to the heading. */
  readonly name: string;
  readonly heading: string;
  /** The tab's title: neutral, the same on every page of the source side. */
  readonly title: string;
  /** A short line over the heading, for instance "3 of 6". */
  readonly above?: ComponentChildren;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** One page with one heading. */
export function Page({ name, heading, title, above, wide = false, children }: PageProps): JSX.Element {
  const h1 = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (moved) {
      scrollTo(0, 0);
      h1.current?.focus({ preventScroll: true });
    }
    moved = true; // on the very first page the browser's own reading order is right
  }, [name]);
  return (
    <main class={wide ? "page page-wide" : "page"} id="main">
      <div class="stack-tight">
        {above !== undefined && <div class="page-above">{above}</div>}
        <h1 ref={h1} tabIndex={-1}>
          {heading}
        </h1>
      </div>
      {children}
    </main>
  );
}

/** Whether a page was shown before in this tab. */
let moved = false;
