import { type Problem, secretTags, type Template } from "@bookend/core";

/** Whether a text has secret tags. */
export function hasSecrets({ tags }: Template): boolean {
  return [...tags].some((tag) => secretTags.has(tag));
}

/** Warns about the secret tags in an option's text; `danger` says who could read them. */
export function secretProblems(option: string, { tags }: Template, danger: string): readonly Problem[] {
  const secrets = [...tags].filter((tag) => secretTags.has(tag)).map((tag) => `{${tag}}`);
  return secrets.length === 0 ? [] : [secretProblem(option, secrets.join(", "), danger)];
}

/** A warning that an option exposes a secret. */
export function secretProblem(option: string, value: unknown, danger: string): Problem {
  const field = `options.${option}`;
  const message = `${field} has ${String(value)}: ${danger}.`;
  return { severity: "warning", code: "SECRET_TAG", field, value, message };
}
