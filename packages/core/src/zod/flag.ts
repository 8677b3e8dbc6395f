import * as z from "zod";
import { refuse } from "./refuse.js";

const spellings = new Map<unknown, boolean>([
  ...[true, 1, "True", "true", "TRUE", "1"].map((value) => [value, true] as const),
  ...[false, 0, "False", "false", "FALSE", "0"].map((value) => [value, false] as const),
]);

const allowed = "true, false (as text: True, true, TRUE, 1, False, false, FALSE, 0)";

/** A boolean, also in the spellings that privacyIDEA stores: `True`, `true`, `TRUE`, `1`, and those of false. */
export function flag() {
  return z
    .unknown()
    .transform((value, context): boolean => {
      const known = spellings.get(value);
      if (known !== undefined) return known;
      refuse(context, `must be ${allowed}`);
      return z.NEVER;
    })
    .meta({ type: ["boolean", "string", "integer"], "x-allowed": allowed });
}
