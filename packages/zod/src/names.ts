import * as z from "zod";
import { refuse } from "./refuse.js";

/** The limits of a list of names. */
export interface NamesOptions {
  /** Maximum number of names. Default 1,000. */
  readonly maxItems?: number | undefined;
}

/**
 * Creates the schema of a comma-separated list or an array of at least one name. Names are trimmed and deduplicated.
 */
export function names({ maxItems = 1_000 }: NamesOptions = {}) {
  const allowed = `a comma-separated list of 1 to ${maxItems} names`;
  return z
    .unknown()
    .transform((value, context): readonly string[] => {
      const entries: readonly unknown[] =
        typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
      const found = new Set(entries.map((entry) => (typeof entry === "string" ? entry.trim() : undefined)));
      found.delete("");
      if (found.size > 0 && found.size <= maxItems && !found.has(undefined)) return [...found] as string[];
      refuse(context, `must be ${allowed}`);
      return z.NEVER;
    })
    .meta({ type: ["string", "array"], items: { type: "string" }, "x-allowed": allowed });
}
