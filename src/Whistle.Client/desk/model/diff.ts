/** A small word diff: enough to show an approver what left the original and what a later version changed. */
export interface Piece {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Above this many table cells words give way to lines, so that long texts do not freeze the page. */
const cells = 4_000_000;

export function diffText(before: string, after: string): Piece[] {
  const words = diffTokens(tokens(before, /\s+|[^\s]+/gu), tokens(after, /\s+|[^\s]+/gu));
  if (words !== undefined) {
    return words;
  }
  const lines = diffTokens(tokens(before, /[^\n]*\n|[^\n]+/gu), tokens(after, /[^\n]*\n|[^\n]+/gu));
  return lines ?? merge([{ kind: "removed", text: before }, { kind: "added", text: after }]);
}

function tokens(text: string, pattern: RegExp): string[] {
  return text.match(pattern) ?? [];
}

function diffTokens(a: readonly string[], b: readonly string[]): Piece[] | undefined {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    start++;
  }
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
    end++;
  }
  const n = a.length - start - end;
  const m = b.length - start - end;
  if ((n + 1) * (m + 1) > cells) {
    return undefined;
  }
  // Longest common subsequence of the middle, counted from its end so that it can be read forwards.
  const width = m + 1;
  const length = new Uint32Array((n + 1) * width);
  const at = (i: number, j: number): number => length[i * width + j] ?? 0;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      length[i * width + j] = a[start + i] === b[start + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = a.slice(0, start).map((text) => ({ kind: "same", text }));
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    const left = a[start + i] ?? "";
    const right = b[start + j] ?? "";
    if (i < n && j < m && left === right) {
      pieces.push({ kind: "same", text: left });
      i++;
      j++;
    } else if (i < n && (j === m || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: "removed", text: left });
      i++;
    } else {
      pieces.push({ kind: "added", text: right });
      j++;
    }
  }
  pieces.push(...a.slice(a.length - end).map((text): Piece => ({ kind: "same", text })));
  return merge(pieces);
}

function merge(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (piece.text === "") {
      continue;
    }
    if (last !== undefined && last.kind === piece.kind) {
      merged[merged.length - 1] = { kind: last.kind, text: last.text + piece.text };
    } else {
      merged.push(piece);
    }
  }
  return merged;
}
