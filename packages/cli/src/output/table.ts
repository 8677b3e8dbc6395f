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
  const widest = head.map(() => 1);
  for (const row of cells) {
    for (const index of head.keys()) widest[index] = Math.max(widest[index] ?? 1, widthOf(row[index] ?? ""));
  }
  const widths = fit(widest, columns);
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

/** Columns that a string takes in a terminal. */
function widthOf(text: string): number {
  // most cells, and much quicker
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

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

/** The beginning of a string, with `…` at its end if something is left out; it takes at most `width` columns. */
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
