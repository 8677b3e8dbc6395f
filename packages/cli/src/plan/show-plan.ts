import { sortedYaml } from "../files/write-yaml.js";
import { lazyLibraries } from "../lazy-libraries.js";
import type { Style } from "../output/style.js";
import { escapeUnprintable } from "../unprintable.js";
import type { Plan, PlannedChange } from "./make-plan.js";

/** Number of unchanged lines shown around a change. */
const contextLines = 2;

/** Formats a plan for people: each binding with added and removed lines, and a summary. */
export function showPlan(plan: Plan, style: Style): string {
  const blocks = [
    ...plan.added.map((change) => block("+", change, style)),
    ...plan.changed.map((change) => block("~", change, style)),
    ...plan.removed.map((change) => block("-", change, style)),
  ];
  return [...blocks, `${summaryOf(plan)}\n`].join(blocks.length > 0 ? "\n" : "");
}

/** Formats a summary: `Plan: 1 to add, 2 to change, 0 to remove, 7 unchanged.` */
export function summaryOf({ added, changed, removed, unchanged }: Plan): string {
  return `Plan: ${added.length} to add, ${changed.length} to change, ${removed.length} to remove, ${unchanged} unchanged.`;
}

function block(sign: "+" | "~" | "-", { name, before, after }: PlannedChange, style: Style): string {
  const colors = { "+": style.green, "~": style.yellow, "-": style.red } as const;
  const title = `${sign} ${quoted(name)}`;
  const lines = linesOf(before, after).map((line) => {
    const text = `  ${line}`;
    if (line.startsWith("+")) return style.green(text);
    return line.startsWith("-") ? style.red(text) : style.dim(text);
  });
  return `${[colors[sign](style.bold(title)), ...lines].join("\n")}\n`;
}

/** Returns the lines of a diff, prefixed with `+`, `-` or a space. */
export function linesOf(before: object | undefined, after: object | undefined): readonly string[] {
  const parts = lazyLibraries.diff.diffLines(
    before === undefined ? "" : sortedYaml(before),
    after === undefined ? "" : sortedYaml(after),
  );
  return parts.flatMap(({ added, removed, value }, index) => {
    const lines = value.replace(/\n$/, "").split("\n");
    if (added) return lines.map((line) => `+ ${line}`);
    if (removed) return lines.map((line) => `- ${line}`);
    return around(lines, index > 0, index < parts.length - 1).map((line) => `  ${line}`);
  });
}

/** Returns the unchanged lines next to the change before or after them, with `…` instead of the others. */
function around(lines: readonly string[], afterChange: boolean, beforeChange: boolean): readonly string[] {
  const head = afterChange ? contextLines : 0;
  const tail = beforeChange ? contextLines : 0;
  if (lines.length <= head + tail + 1) return lines;
  return [...lines.slice(0, head), "…", ...(tail > 0 ? lines.slice(-tail) : [])];
}

/**
 * Returns a name as one line: unchanged if a terminal can show all its characters, otherwise as an escaped JSON string.
 */
function quoted(name: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(name) ? name : escapeUnprintable(JSON.stringify(name));
}
