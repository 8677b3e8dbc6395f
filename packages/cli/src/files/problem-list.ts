/** The place of a problem. Line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A problem of a file. */
export interface FileProblem extends Partial<Place> {
  readonly severity: "error" | "warning";
  /** Name of the binding. */
  readonly binding?: string | undefined;
  readonly message: string;
  /** For the entry that reports omitted problems: their number. */
  readonly count?: number | undefined;
}

/** Sorts errors before warnings, so that warnings are left out first. Otherwise the order is kept. */
export function errorsFirst<P extends Pick<FileProblem, "severity">>(problems: readonly P[]): readonly P[] {
  const rank = ({ severity }: P) => (severity === "error" ? 0 : 1);
  return [...problems].sort((one, other) => rank(one) - rank(other));
}

/** Returns the number of errors or warnings, including omitted ones. */
export function countProblems(problems: readonly FileProblem[], wanted: FileProblem["severity"]): number {
  return problems.reduce((sum, { severity, count = 1 }) => sum + (severity === wanted ? count : 0), 0);
}

/** Returns the entry that replaces omitted problems. */
export function omittedProblems(count: number, severity: FileProblem["severity"]): FileProblem {
  return { severity, message: `${count} more problems are not listed.`, count };
}

/** Maximum number of problems printed. */
const maxShown = 100;

/**
 * Lists problems as `file:line:column: error: binding: message`, one per line, errors first. After {@link maxShown}
 * problems, one line with the number of the others follows.
 */
export function problemLines(problems: readonly FileProblem[]): readonly string[] {
  const shown = errorsFirst(problems)
    .slice(0, maxShown)
    .map(({ file, line, column, severity, binding, message }) => {
      const place = file === undefined ? "" : `${file}:${line ?? 1}:${column ?? 1}: `;
      const name = binding === undefined ? "" : `${binding}: `;
      return `${place}${severity}: ${name}${message}`;
    });
  const left = problems.length - shown.length;
  return left > 0 ? [...shown, `${left} more problems are not listed.`] : shown;
}
