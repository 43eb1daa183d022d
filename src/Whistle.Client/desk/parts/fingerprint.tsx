import type { JSX } from "preact";
import { fingerprintGroups } from "../../lib/desk/ceremony.ts";

/** A root fingerprint to read aloud and write down: four groups a line, and never as words, which are receipts. */
export function Fingerprint({ root }: { readonly root: string }): JSX.Element {
  return (
    <p class="fingerprint" dir="ltr">
      {fingerprintGroups(root).map((group, index) => (
        <span key={index}>{group} </span>
      ))}
    </p>
  );
}
