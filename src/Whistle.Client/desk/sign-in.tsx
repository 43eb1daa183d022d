import type { JSX } from "preact";
import type { Messages } from "../ui/i18n.ts";

export type DeskKey = keyof typeof import("./i18n/en.json");

/** The door of everyone who has an account. */
export function SignIn({ m }: { readonly m: Messages<DeskKey> }): JSX.Element {
  return (
    <main>
      <h1>{m.text("heading")}</h1>
      <p>{m.text("explain")}</p>
    </main>
  );
}
