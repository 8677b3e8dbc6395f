import stringWidth from "string-width";

/** A cell of a table. */
export type Cell = string | number | boolean | null | undefined;

/** Spaces between columns. */
const gap = 2;

/** Minimum width of a column that is shrunk. */
const minWidth = 4;

/**
 * Returns a table whose lines have at most `columns` characters, but whose columns are never shrunk below {@link
 * minWidth} characters. Cells that are too long end in `…`.
 */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[], columns: number): string {
  const cells = [head, ...rows].map((row) => row.map(clean));
  const widest = head.map(() => 1);
  for (const row of cells) {
    for (const index of head.keys()) widest[index] = Math.max(widest[index] ?? 1, widthOf(row[index] ?? ""));
  }
  const widths = columns === Number.POSITIVE_INFINITY ? widest : fit(head, widest, columns);
  const lines = cells.map((row) =>
    widths
      .map((width, index) => padded(shorten(row[index] ?? "", width), width))
      .join(" ".repeat(gap))
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Returns the width of a string in a terminal. */
function widthOf(text: string): number {
  // most cells are ASCII, for which `stringWidth` is not needed and much slower
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

/** Returns a cell on one line, without characters that control the terminal. */
export function clean(cell: Cell): string {
  return visible(cell === null || cell === undefined ? "" : String(cell)).trim();
}

/** Returns a line without characters that control the terminal. */
export function visible(line: string): string {
  return line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ");
}

/** Columns that are not useful when truncated; they are truncated last. */
const wholeColumns: ReadonlySet<string> = new Set(["ID", "ENTRY", "TIME", "ON", "OK"]);

/** Columns by which people find a row; they get twice as much space as others. */
const wideColumns: ReadonlySet<string> = new Set(["NAME", "DETAIL", "REASON"]);

/**
 * Returns the widths of columns so that all columns fit: a column that is wider than its share of the line gets only
 * that share.
 */
function fit(head: readonly string[], widths: readonly number[], columns: number): readonly number[] {
  const available = columns - gap * (widths.length - 1);
  const kept = (index: number) => wholeColumns.has(head[index] ?? "");
  const capped = (share: number) =>
    widths.map((width, index) => {
      if (kept(index)) return width;
      return Math.min(width, Math.max(minWidth, wideColumns.has(head[index] ?? "") ? 2 * share : share));
    });
  let share = Math.max(minWidth, ...widths);
  while (share > minWidth && sum(capped(share)) > available) share -= 1;
  const fitted = [...capped(share)];
  // the characters that are left over go to the first truncated columns
  let left = available - sum(fitted);
  for (const [index, width] of widths.entries()) {
    const more = Math.max(0, Math.min(left, width - (fitted[index] ?? 0)));
    fitted[index] = (fitted[index] ?? 0) + more;
    left -= more;
  }
  // the line is too narrow to keep any column complete, so the widest columns are truncated, whichever they are
  for (let over = -left; over > 0; over--) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if ((fitted[widest] ?? 0) <= minWidth) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/**
 * Returns the beginning of a string, with `…` at its end if something is left out; it takes at most `width` columns.
 */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const letter of text) {
    const wide = stringWidth(letter);
    if (used + wide > width - 1) break;
    kept += letter;
    used += wide;
  }
  return `${kept}…`;
}
