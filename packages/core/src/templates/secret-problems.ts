import type { Problem } from "../contracts/errors.js";
import { isSecretTag } from "./tags.js";

/**
 * Returns warnings about the secret tags in an option's text; `danger` states who could read them. For use in the
 * `check` of an action.
 */
export function secretTagProblems(
  option: string,
  { tags }: { readonly tags: ReadonlySet<string> },
  danger: string,
): readonly Problem[] {
  const secrets = [...tags].filter(isSecretTag).map((tag) => `{${tag}}`);
  return secrets.length === 0 ? [] : [secretProblem(option, secrets.join(", "), danger)];
}

/** Returns a warning that an option exposes a secret. `value` must not be the secret itself. */
export function secretProblem(option: string, value: string | boolean, danger: string): Problem {
  const field = `options.${option}`;
  const message = `${field} has ${String(value)}: ${danger}.`;
  return { severity: "warning", code: "SECRET_TAG", field, value, message };
}
