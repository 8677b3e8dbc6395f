import { headColumns, tailColumns } from "./audit-row.js";
import type { RowPage } from "./read-pages.js";
import type { SealedRow } from "./row-content.js";

/** The hashed columns with an integer or null. After a change of its type, a column can contain anything else. */
const integers: ReadonlySet<string> = new Set(["number", "binding", "success", "startdate"]);

const sealColumns = ["number", "writer", "place", "checkpoint", "format", "hash", "key_id", "signature"] as const;

/** The columns of a line that `copy` writes. */
export const lineColumns = [...sealColumns, ...headColumns, "duration", ...tailColumns] as const;

const headAt = sealColumns.length;
const durationAt = headAt + headColumns.length;
const isInteger = lineColumns.map((name) => integers.has(name));

/**
 * Returns a page of lines. Each becomes a row when it is needed, since the garbage collector handles short-lived single
 * rows faster than whole pages.
 */
export function linePage(lines: readonly string[]): RowPage {
  return {
    length: lines.length,
    at(index) {
      const line = lines.at(index);
      return line === undefined ? undefined : sealedLine(line);
    },
  };
}

/** Parses a row of {@link lineColumns} that PostgreSQL's `copy` wrote in text format. */
export function sealedLine(line: string): SealedRow {
  const fields = line.split("\t");
  const at = (index: number) => fields[index] as string;
  return {
    number: Number(at(0)),
    writer: Number(at(1)),
    place: numberOrNull(at(2)),
    checkpoint: numberOrNull(at(3)),
    format: Number(at(4)),
    hash: unescaped(at(5)),
    key_id: unescaped(at(6)),
    signature: unescaped(at(7)),
    head: listed(fields, headAt, durationAt),
    duration: Number(at(durationAt)),
    tail: listed(fields, durationAt + 1, fields.length),
  };
}

const absent = "\\N";

function listed(fields: readonly string[], from: number, to: number): string {
  let json = "";
  for (let index = from; index < to; index++) {
    const field = fields[index] as string;
    if (index > from) json += ",";
    if (field === absent) json += "null";
    else json += isInteger[index] === true && /^-?\d+$/.test(field) ? field : JSON.stringify(unescaped(field));
  }
  return json;
}

function numberOrNull(field: string): number | null {
  return field === absent ? null : Number(field);
}

const letters: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

function unescaped(field: string): string {
  if (!field.includes("\\")) return field;
  return field.replaceAll(/\\(.)/gs, (_, character: string) => letters[character] ?? character);
}
