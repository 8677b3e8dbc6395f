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

/** Problems in one response: each of thousands of bindings can have dozens, and each of these names everything that is allowed. */
const maxListed = 1_000;

/** Characters of the problems in one response. */
const maxCharacters = 1_000_000;

/** Problems, as a response lists them. */
export interface ListedProblems {
  readonly problems: readonly Problem[];
  /** How many more there are. Absent if there are none. */
  readonly omitted_problems?: number;
}

/** Returns a function that lists problems, under the names of this API, until the response holds as many as it may. */
export function createProblemList(): (problems: readonly Problem[]) => ListedProblems {
  let listed = 0;
  let characters = 0;
  return (problems) => {
    const kept: Problem[] = [];
    for (const problem of problems) {
      if (listed >= maxListed || characters >= maxCharacters) break;
      kept.push(describeProblem(problem));
      listed += 1;
      characters += sizeOf(problem);
    }
    const omitted = problems.length - kept.length;
    return { problems: kept, ...(omitted > 0 && { omitted_problems: omitted }) };
  };
}

function sizeOf({ message, allowed = "", value }: Problem): number {
  const shown = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return message.length + allowed.length + shown.length;
}
