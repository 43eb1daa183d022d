import type { ComponentChildren, JSX } from "preact";

export interface SummaryRow {
  /** Of the way to change it: where an error summary leads. */
  readonly id: string;
  readonly name: string;
  readonly value: ComponentChildren;
  /** `label` is the visible word, the row's name follows it for screen readers. */
  readonly change?: { readonly label: string; readonly onClick: () => void } | undefined;
}

/** What was entered, row by row, each with a way to change it. */
export function SummaryList({ rows }: { readonly rows: readonly SummaryRow[] }): JSX.Element {
  return (
    <dl class="summary">
      {rows.map((row) => (
        <div class="summary-row" key={row.id}>
          <dt>{row.name}</dt>
          <dd>{row.value}</dd>
          {row.change !== undefined && (
            <dd class="summary-change">
              <button type="button" class="button button-plain" id={row.id} onClick={row.change.onClick}>
                {row.change.label}
                <span class="visually-hidden"> {row.name}</span>
              </button>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
