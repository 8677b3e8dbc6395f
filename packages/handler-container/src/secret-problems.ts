import { type Problem, secretTags } from "@bookend/core";

/** Warns of secrets that a text would leave in a container, where whoever sees the container reads them. */
export function secretProblems(option: string, { tags }: { readonly tags: ReadonlySet<string> }): readonly Problem[] {
  const found = [...tags].filter((tag) => secretTags.has(tag)).map((tag) => `{${tag}}`);
  if (found.length === 0) return [];
  const field = `options.${option}`;
  const message = `${field} has ${found.join(", ")}: whoever sees the container reads it.`;
  return [{ severity: "warning", code: "SECRET_TAG", field, message }];
}
