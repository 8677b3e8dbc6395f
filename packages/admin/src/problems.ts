import type { Problem } from "@bookend/core";

/** Names of a binding's fields in this API, where they differ. */
const apiNames: Readonly<Record<string, string>> = {
  events: "event",
  handler: "handlermodule",
  abortOnError: "abort_on_error",
};

/** A problem with its field, there and at the beginning of its message, as this API calls it. */
export function describeProblem(problem: Problem): Problem {
  const [, place = "", name = ""] = /^(binding \d+: )?(.*)$/s.exec(problem.field) ?? [];
  const apiName = apiNames[name];
  if (apiName === undefined) return problem;
  const { message } = problem;
  const start = message.startsWith(place) ? place : "";
  const rest = message.slice(start.length);
  return {
    ...problem,
    field: place + apiName,
    message: rest.startsWith(name) ? start + apiName + rest.slice(name.length) : message,
  };
}

/** Problems with the names of this API. */
export function describeProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.map(describeProblem);
}
