import type { ComponentChildren, JSX } from "preact";

export interface TableProps {
  /** Left out where a heading right above says it; then `labelledBy` is that heading's id. */
  readonly caption?: string;
  readonly labelledBy?: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ComponentChildren[] }[];
}

/** A table that becomes a list of cards on a phone; each cell then carries its column's name. */
export function Table({ caption, labelledBy, columns, rows }: TableProps): JSX.Element {
  return (
    <table class="table cards" aria-labelledby={labelledBy}>
      {caption === undefined ? null : <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">{column}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            {row.cells.map((cell, index) => (
              <td key={index} data-label={columns[index]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
