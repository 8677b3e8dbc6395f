import { type Problem, secretProblem } from "@bookend/core";

const secretParameters = ["pin", "otppin", "otpkey", "motppin", "password"];

/**
 * Warns about secrets among the enrollment parameters: all tokens would have the same secret, and anyone who sees the
 * binding could read it.
 */
export function secretParameterProblems(
  option: string,
  parameters: Readonly<Record<string, unknown>> = {},
): readonly Problem[] {
  const found = secretParameters.filter((name) => Object.hasOwn(parameters, name));
  if (found.length === 0) return [];
  const danger = "each token gets the same secret, and anyone who sees the binding can read it";
  return [secretProblem(option, found.join(", "), danger)];
}
