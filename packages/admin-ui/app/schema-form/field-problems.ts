import type { Problem } from "../api/http.ts";

/**
 * Returns the problems of one field and of everything inside it. With `inner`, returns only those of the field itself,
 * since the fields inside it show their own problems.
 */
export function problemsOf(problems: readonly Problem[], path: string, inner = false): readonly Problem[] {
  return problems.filter(
    ({ field }) => field === path || (!inner && (field.startsWith(`${path}.`) || field.startsWith(`${path}[`))),
  );
}

/** Returns the errors of a field as one string; undefined if there are none. */
export function errorText(problems: readonly Problem[]): string | undefined {
  const errors = problems.filter(({ severity }) => severity !== "warning");
  return errors.length === 0 ? undefined : errors.map(({ message, field }) => withoutField(message, field)).join(" ");
}

/** Returns the warnings of a field as one string; undefined if there are none. */
export function warningText(problems: readonly Problem[]): string | undefined {
  const warnings = problems.filter(({ severity }) => severity === "warning");
  return warnings.length === 0
    ? undefined
    : warnings.map(({ message, field }) => withoutField(message, field)).join(" ");
}

/** Removes the field from the beginning of a message, since the label already names the field. */
function withoutField(message: string, field: string): string {
  if (!message.startsWith(field)) return message;
  const rest = message.slice(field.length).replace(/^:?\s*/, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
