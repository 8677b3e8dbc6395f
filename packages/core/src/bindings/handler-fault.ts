import type { Problem } from "../contracts/errors.js";

/** Returns the problem of a binding whose handler or condition is broken. */
export function handlerFault(field: string, what: string, value?: unknown): Problem {
  return {
    severity: "error",
    code: "HANDLER_FAULT",
    field,
    ...(value !== undefined && { value }),
    message: `${field}: ${what}`,
  };
}
