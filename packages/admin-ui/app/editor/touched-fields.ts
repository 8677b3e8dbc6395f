import { differences } from "../parts/difference.tsx";
import type { Draft } from "./draft.ts";

/** The fields that somebody filled in; of options and conditions, each by its name. */
export function touchedFields(before: Draft, after: Draft): ReadonlySet<string> {
  const filled = differences({ ...before }, { ...after }).filter(({ after }) => !isEmpty(after));
  return new Set(filled.map(({ field }) => field));
}

/** Whether the field of a problem was filled in, or a part of it, or what it is a part of. */
export function isTouched(field: string, touched: ReadonlySet<string>): boolean {
  if (field === "") return true;
  return [...touched].some((one) => one === field || field.startsWith(`${one}.`) || one.startsWith(`${field}.`));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
