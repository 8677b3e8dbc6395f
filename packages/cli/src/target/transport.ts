import { CliError } from "../cli-error.js";

/** Sends a request to the management API, be it near or far. `path` is below its base path. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

/** What a request was answered. */
export interface Answer {
  readonly value: unknown;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A refusal of the management API. */
export class RefusedError extends CliError {
  constructor(
    readonly status: number,
    message: string,
    /** Of the bindings that were sent; empty if it is about something else. */
    readonly problems: readonly { readonly field: string; readonly message: string; readonly code: string }[],
    /** How many more there are. */
    readonly omitted: number,
  ) {
    super(status === 401 || status === 403 ? "notAllowed" : "failed", message);
  }
}

/**
 * What the API answered.
 *
 * @throws {RefusedError} for a refusal
 * @throws {CliError} for an answer of something else
 */
export async function readAnswer(response: Response, label: string): Promise<Answer> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!isRecord(body) || !isRecord(body.result)) {
    throw new CliError(
      response.status >= 500 ? "serverAway" : "failed",
      `${label} did not answer as a management API of Bookend does (status ${response.status}). Allowed: the URL of a server with its API below /event.`,
    );
  }
  const detail = isRecord(body.detail) ? body.detail : {};
  if (response.ok && body.result.status === true) return { value: body.result.value, detail };
  throw refusalOf(response.status, body.result.error, detail, label);
}

function refusalOf(status: number, error: unknown, detail: Record<string, unknown>, label: string): CliError {
  const given = isRecord(error) && typeof error.message === "string" ? error.message : `status ${status}`;
  const message = given.replace(/^ERR-?\d+: /, "");
  if (status === 401)
    return new RefusedError(
      status,
      `${label} does not accept the login: ${sentence(message)} Log in again with: bookend login`,
      [],
      0,
    );
  if (status === 403)
    return new RefusedError(status, `You are not allowed to do this on ${label}: ${sentence(message)}`, [], 0);
  if (status === 503)
    return new CliError("serverAway", `${label} is not available at the moment: ${sentence(message)}`);
  const problems = Array.isArray(detail.problems) ? detail.problems.filter(isProblem) : [];
  return new RefusedError(
    status,
    message,
    problems,
    typeof detail.omitted_problems === "number" ? detail.omitted_problems : 0,
  );
}

function isProblem(value: unknown): value is { field: string; message: string; code: string } {
  return isRecord(value) && typeof value.field === "string" && typeof value.message === "string";
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Whether a value is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
