import type { components } from "./api-types.js";

/** An error or a warning about a binding. */
export type Problem = components["schemas"]["Problem"];

/** A request that was refused, or did not receive a response of the API. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** HTTP status of a refusal; 0 if there was no response, or one that is incomplete or does not come from the API. */
  readonly status: number;
  /** Number of the API's error, such as 905 for a parameter; 0 if the response does not come from the API. */
  readonly code: number;
  /** The problems of a refused binding. */
  readonly problems: readonly Problem[];
  /** The number of problems that are not listed. */
  readonly omittedProblems: number;

  constructor(
    status: number,
    code: number,
    message: string,
    {
      problems = [],
      omittedProblems = 0,
      cause,
    }: { problems?: readonly Problem[]; omittedProblems?: number; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.problems = problems;
    this.omittedProblems = omittedProblems;
  }
}

/** Creates the error for an unsuccessful response. `body` is its parsed body, or its text. */
export function errorOf(status: number, body: unknown): ClientError {
  const { result, detail } = isRecord(body) ? body : {};
  const error = isRecord(result) ? result.error : undefined;
  if (!isRecord(error) || typeof error.code !== "number" || typeof error.message !== "string") {
    return new ClientError(
      status,
      0,
      `The server responded with status ${status}, which does not come from the management API.`,
    );
  }
  const { problems, omitted_problems } = isRecord(detail) ? detail : {};
  return new ClientError(status, error.code, error.message.replace(/^ERR-?\d+: /, ""), {
    problems: Array.isArray(problems) ? (problems as readonly Problem[]) : [],
    omittedProblems: typeof omitted_problems === "number" ? omitted_problems : 0,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
