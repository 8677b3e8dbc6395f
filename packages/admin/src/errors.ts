import { BindingInvalidError, BookendError } from "@bookend/core";
import { createProblemList, type ListedProblems } from "./problems.js";

/**
 * Numbers in `result.error.code`, as privacyIDEA's clients know them.
 *
 * - `parameter` 905: a parameter or a binding is refused; with status 409, because the binding has been changed in the
 * meantime.
 * - `notFound` 601: the binding, module or path does not exist.
 * - `forbidden` 303: bindings cannot be changed.
 * - `internal` -500: an internal error, whose cause is not exposed.
 */
export const errorCodes = { parameter: 905, notFound: 601, forbidden: 303, internal: -500 } as const;

/** The error for a refused request. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly status: number;
  readonly code: number;
  /** `detail` of the response. */
  readonly detail: object | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: number,
    message: string,
    { detail = null, headers = {} }: { detail?: object | null; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }
}

/** Creates the error for a parameter that is refused (400, 905). */
export function parameterError(message: string): AdminError {
  return new AdminError(400, errorCodes.parameter, message);
}

/** Creates the error for an object that does not exist (404, 601). */
export function notFoundError(message: string): AdminError {
  return new AdminError(404, errorCodes.notFound, message);
}

/** Returns the `AdminError` for an error; undefined for unexpected errors, whose messages must not be exposed. */
export function asAdminError(error: unknown): AdminError | undefined {
  if (error instanceof AdminError) return error;
  if (error instanceof BindingInvalidError) {
    const { problems, omitted_problems = 0 } = createProblemList()(error.problems);
    const omitted = omitted_problems + error.omitted;
    const message = [
      ...problems.map((problem) => problem.message),
      ...(omitted > 0 ? [`${omitted} more problems are not listed.`] : []),
    ].join(" ");
    const detail: ListedProblems = { problems, ...(omitted > 0 && { omitted_problems: omitted }) };
    return new AdminError(400, errorCodes.parameter, message, { detail });
  }
  if (!(error instanceof BookendError)) return undefined;
  if (error.code === "BINDING_NOT_FOUND" || error.code === "HISTORY_NOT_FOUND") return notFoundError(error.message);
  if (error.code === "BINDING_CHANGED") return new AdminError(409, errorCodes.parameter, error.message);
  if (error.code === "BINDINGS_READ_ONLY") return new AdminError(403, errorCodes.forbidden, error.message);
  return undefined;
}
