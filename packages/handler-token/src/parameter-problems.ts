import { type Problem, problemMessage } from "@bookend/core";

/**
 * Refuses enrollment parameters that no token type reads, and warns about those that the chosen type does not read.
 * `known` is undefined if the host does not list the parameters.
 */
export function parameterProblems(
  tokentype: string,
  parameters: Readonly<Record<string, unknown>> = {},
  known: Readonly<Record<string, readonly string[]>> | undefined,
): readonly Problem[] {
  if (!known) return [];
  const field = "options.additional_params";
  const type = String(parameters.type ?? tokentype).toLowerCase();
  const ofType = Object.hasOwn(known, type) ? known[type] : undefined;
  const all = new Set(Object.values(known).flat());
  const allowed = [...(ofType ?? all)].join(", ");
  return Object.keys(parameters).flatMap((name): readonly Problem[] => {
    if (!all.has(name)) {
      const message = problemMessage(`no token type has a parameter ${JSON.stringify(name)}`, allowed, field);
      return [{ severity: "error", code: "OPTION_INVALID", field, value: "***", message, allowed }];
    }
    if (!ofType || ofType.includes(name)) return [];
    const message = problemMessage(
      `a token of type ${JSON.stringify(type)} ignores ${JSON.stringify(name)}`,
      allowed,
      field,
    );
    return [{ severity: "warning", code: "UNKNOWN_CHOICE", field, value: "***", message, allowed }];
  });
}
