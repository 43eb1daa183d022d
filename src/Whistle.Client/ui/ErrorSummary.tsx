import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface FieldProblem {
  /** Id of the field's control. */
  readonly field: string;
  readonly text: string;
}

export interface ErrorSummaryProps {
  readonly title: string;
  readonly problems: readonly FieldProblem[];
}

/** What has to be put right before the page can go on. Takes the focus each time the list is made anew. */
export function ErrorSummary({ title, problems }: ErrorSummaryProps): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problems.length > 0) {
      box.current?.focus();
    }
  }, [problems]);
  if (problems.length === 0) {
    return null;
  }
  return (
    <div class="error-summary" ref={box} tabIndex={-1} role="alert" aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">{title}</h2>
      <ul>
        {problems.map((problem) => (
          <li key={problem.field}>
            <a
              href={`#${problem.field}`}
              onClick={(event) => {
                event.preventDefault(); // the address must not change: it stays in the device's history
                document.getElementById(problem.field)?.focus();
              }}
            >
              {problem.text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
