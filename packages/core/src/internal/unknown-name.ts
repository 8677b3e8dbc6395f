import type { Problem } from "../contracts/errors.js";
import { nearest } from "./nearest.js";
import { showValue } from "./show-value.js";

/** The problem of a name that does not exist: what exists, and which of it was probably meant. */
export function unknownName(
  code: Problem["code"],
  field: string,
  what: string,
  name: string,
  candidates: Iterable<string>,
  severity: Problem["severity"] = "error",
): Problem {
  const names = [...candidates];
  const meant = nearest(name, names);
  const allowed = names.join(", ") || "none";
  return {
    severity,
    code,
    field,
    value: name,
    message: `${field}: ${what} ${showValue(name)} does not exist.${meant === undefined ? "" : ` Did you mean ${showValue(meant)}?`} Allowed: ${allowed}.`,
    allowed,
  };
}
