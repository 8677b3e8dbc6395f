import { differences } from "../parts/difference.tsx";
import type { Draft } from "./draft.ts";

/** Returns the fields that the user has filled in; options and conditions are listed individually. */
export function touchedFields(before: Draft, after: Draft): ReadonlySet<string> {
  const filled = differences({ ...before }, { ...after }).filter(({ after }) => !isEmpty(after));
  return new Set(filled.map(({ field }) => field));
}

/** Returns whether the user has filled in the field of a problem, a part of it, or the field that contains it. */
export function isTouched(field: string, touched: ReadonlySet<string>): boolean {
  if (field === "") return true;
  return [...touched].some((one) => one === field || field.startsWith(`${one}.`) || one.startsWith(`${field}.`));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
