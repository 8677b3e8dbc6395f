/** Where something is wrong. Line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with a file. */
export interface FileProblem extends Partial<Place> {
  readonly severity: "error" | "warning";
  /** Name of the binding. */
  readonly binding?: string | undefined;
  readonly message: string;
}

/** Most problems that are printed. */
const maxShown = 100;

/** `file:line:column: error: message`, one line each, and how many are left out. */
export function problemLines(problems: readonly FileProblem[]): readonly string[] {
  const shown = problems.slice(0, maxShown).map(({ file, line, column, severity, binding, message }) => {
    const place = file === undefined ? "" : `${file}:${line ?? 1}:${column ?? 1}: `;
    const name = binding === undefined ? "" : `${binding}: `;
    return `${place}${severity}: ${name}${message}`;
  });
  const left = problems.length - shown.length;
  return left > 0 ? [...shown, `${left} more problems are not listed.`] : shown;
}
