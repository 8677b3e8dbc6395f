import type { Problem } from "@bookend/core";

/** Names of a binding's fields in this API, where they differ from those in core. */
const apiNames: Readonly<Record<string, string>> = {
  events: "event",
  handler: "handlermodule",
  abortOnError: "abort_on_error",
};

/**
 * Returns a problem with the name that this API has for its field. The name at the beginning of the message is replaced
 * as well.
 */
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

/** Returns the problems whose fields have the names of this API. */
export function describeProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.map(describeProblem);
}

/**
 * Maximum number of problems in one response: each of thousands of bindings can have dozens, and each problem lists all
 * allowed values.
 */
const maxListed = 1_000;

/** Number of characters of problems after which a response lists no further problems. */
const maxCharacters = 1_000_000;

/** Problems, as a response lists them. */
export interface ListedProblems {
  readonly problems: readonly Problem[];
  /** The number of problems that are not listed. Absent if all are listed. */
  readonly omitted_problems?: number;
}

/**
 * Returns a function that lists problems, with the field names of this API, until the response has reached its limits.
 */
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
