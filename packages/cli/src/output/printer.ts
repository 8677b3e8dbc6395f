import { toYaml } from "../files/write-yaml.js";
import type { Io } from "../io.js";
import { toJson } from "../unprintable.js";
import { type Style, styleOf } from "./style.js";
import { type Cell, renderTable, shorten, visible } from "./table.js";

/** The output format, and whether colors are allowed. */
export interface PrinterOptions {
  readonly format: "text" | "json" | "yaml";
  readonly color: boolean;
}

/** Prints results to standard output, and everything else to standard error. */
export interface Printer {
  readonly format: PrinterOptions["format"];
  readonly style: Style;
  /** Prints a value for programs or a string for people, depending on the format. */
  result(value: unknown, text: () => string): void;
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): string;
  /** Prints a line for people, such as a confirmation. */
  note(line: string): void;
  /**
   * Shows a line on standard error that replaces the previous progress line. Does nothing if standard error is not a
   * terminal.
   */
  progress(line: string): void;
  /** Clears the progress line. */
  endProgress(): void;
}

/** Creates the printer of a command. */
export function createPrinter({ stdout, stderr, env }: Io, { format, color }: PrinterOptions): Printer {
  const style = styleOf(stdout, env, color);
  let progressShown = false;
  const endProgress = () => {
    if (progressShown) stderr.write("\r\u001b[K");
    progressShown = false;
  };
  return {
    format,
    style,
    result(value, text) {
      endProgress();
      if (format === "json") stdout.write(toJson(value));
      else if (format === "yaml") stdout.write(toYaml(value));
      else stdout.write(text());
    },
    table(head, rows) {
      const [first = "", ...lines] = renderTable(head, rows, widthOf({ stdout, env })).split("\n");
      return [style.bold(first), ...lines].join("\n");
    },
    note(line) {
      endProgress();
      stderr.write(`${visible(line)}\n`);
    },
    progress(line) {
      if (stderr.isTTY !== true) return;
      stderr.write(`\r\u001b[K${shorten(visible(line), (stderr.columns ?? 80) - 1)}`);
      progressShown = true;
    },
    endProgress,
  };
}

/** Returns the characters per line; unlimited if the output is not a terminal and `COLUMNS` is not set. */
function widthOf({ stdout, env }: Pick<Io, "stdout" | "env">): number {
  if (stdout.isTTY === true) return stdout.columns ?? 80;
  const given = Number(env.COLUMNS);
  return Number.isInteger(given) && given > 0 ? given : Number.POSITIVE_INFINITY;
}
