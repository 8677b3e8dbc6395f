import { readFlag } from "@bookend/core";
import * as z from "zod";
import { refuse } from "./refuse.js";

const allowed = "true, false (as text: True, true, TRUE, 1, False, false, FALSE, 0)";

/**
 * Creates the schema of a boolean, in all spellings that privacyIDEA stores: `True`, `true`, `TRUE`, `1`, and their
 * opposites.
 */
export function flag() {
  return z
    .unknown()
    .transform((value, context): boolean => {
      const known = readFlag(value);
      if (known === undefined) refuse(context, `must be ${allowed}`);
      return known ?? z.NEVER;
    })
    .meta({ type: ["boolean", "string", "integer"], "x-allowed": allowed });
}
