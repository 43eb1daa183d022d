import type { ComponentChildren, JSX } from "preact";

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  /** `main`: the one act of the page. `warn`: can't be taken back. `plain`: looks like a link. */
  readonly kind?: "main" | "second" | "warn" | "plain";
  readonly submit?: boolean;
  /** Still focusable and announced, but does nothing: a button that vanishes from the tab order loses people. */
  readonly inactive?: boolean;
  readonly describedBy?: string;
  readonly id?: string;
}

export function Button({ children, onClick, kind = "second", submit = false, inactive = false, describedBy, id }: ButtonProps): JSX.Element {
  return (
    <button
      id={id}
      type={submit ? "submit" : "button"}
      class={kind === "second" ? "button" : `button button-${kind}`}
      aria-disabled={inactive ? "true" : undefined}
      aria-describedby={describedBy}
      onClick={(event) => {
        if (inactive) {
          event.preventDefault();
        } else {
          onClick?.();
        }
      }}
    >
      {children}
    </button>
  );
}
