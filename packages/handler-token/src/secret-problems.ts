import { type Problem, secretTags } from "@bookend/core";

/** Warns of secrets that a text would leave in a token, where whoever sees the token reads them. */
export function secretTagProblems(
  option: string,
  { tags }: { readonly tags: ReadonlySet<string> },
): readonly Problem[] {
  const found = [...tags].filter((tag) => secretTags.has(tag)).map((tag) => `{${tag}}`);
  return found.length === 0 ? [] : [secretProblem(option, `has ${found.join(", ")}: whoever sees the token reads it.`)];
}

/** Warns of secrets among the parameters of an enrolment: every such token has the same, and whoever sees the binding reads it. */
export function secretParameterProblems(
  option: string,
  parameters: Readonly<Record<string, unknown>> = {},
): readonly Problem[] {
  const found = ["pin", "otppin", "otpkey", "motppin", "password"].filter((name) => Object.hasOwn(parameters, name));
  if (found.length === 0) return [];
  return [
    secretProblem(option, `has ${found.join(", ")}: each token gets the same, and whoever sees the binding reads it.`),
  ];
}

function secretProblem(option: string, found: string): Problem {
  const field = `options.${option}`;
  return { severity: "warning", code: "SECRET_TAG", field, message: `${field} ${found}` };
}
