import Table from "cli-table3";
import stringWidth from "string-width";

/** A cell of a table. */
export type Cell = string | number | boolean | null | undefined;

/** Space between columns. */
const gap = 2;

/** Narrowest column that a table is shrunk to. */
const minWidth = 4;

/** A table of at most `columns` characters; cells that are too long end in `…`. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[], columns: number): string {
  const cells = [head, ...rows].map((row) => row.map(clean));
  const widths = fit(
    head.map((_, index) => Math.max(1, ...cells.slice(0, maxMeasured).map((row) => stringWidth(row[index] ?? "")))),
    columns,
  );
  const table = new Table({
    chars: noBorders,
    // the last column has no gap behind it
    colWidths: widths.map((width, index) => width + (index < widths.length - 1 ? gap : 0)),
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of cells) table.push(row.map((cell, index) => shorten(cell, widths[index] ?? 0)));
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

/** Rows that widths are measured from. */
const maxMeasured = 10_000;

const noBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
} as const;

/** A cell on one line, without what would move the cursor of the terminal or color it. */
export function clean(cell: Cell): string {
  return visible(cell === null || cell === undefined ? "" : String(cell)).trim();
}

/** A line without what would move the cursor of the terminal or color it. */
export function visible(line: string): string {
  return line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ");
}

/** Shrinks the widest columns until all fit. */
function fit(widths: readonly number[], columns: number): readonly number[] {
  const fitted = [...widths];
  const available = columns - gap * (widths.length - 1);
  for (let over = sum(fitted) - available; over > 0; over = sum(fitted) - available) {
    const widest = Math.max(...fitted);
    if (widest <= minWidth) break;
    const second = Math.max(minWidth, ...fitted.filter((width) => width < widest));
    const index = fitted.indexOf(widest);
    fitted[index] = Math.max(second === widest ? widest - 1 : second, widest - over, minWidth);
    if (fitted[index] === widest) fitted[index] = widest - 1;
  }
  return fitted;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
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
