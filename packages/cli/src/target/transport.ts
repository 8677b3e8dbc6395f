import { ClientError } from "@bookend/client";
import { CliError } from "../cli-error.js";
import { problemMessage } from "../problem-message.js";

/** Sends a request to the management API, whether local or remote. */
export type Send = (request: Request) => Promise<Response>;

/** A refusal of the management API. */
export class RefusedError extends CliError {
  constructor(
    readonly status: number,
    message: string,
    /** The problems of the bindings that were sent; empty if the refusal has another reason. */
    readonly problems: readonly { readonly field: string; readonly message: string; readonly code: string }[],
    /** The number of omitted problems. */
    readonly omitted: number,
  ) {
    super(status === 401 || status === 403 ? "notAllowed" : "failed", message);
  }
}

/** Converts the failure of a request to an error of the command line. Any other error is returned unchanged. */
export function failureOf(error: unknown, label: string): unknown {
  if (!(error instanceof ClientError)) return error;
  const { status, code, message, problems, omittedProblems, cause } = error;
  // errors that occur while sending already have a message
  if (cause instanceof CliError) return cause;
  if (code === 0) {
    const answered = status === 0 ? "" : ` (status ${status})`;
    return new CliError(
      status >= 500 ? "serverAway" : "failed",
      problemMessage(
        `${label} did not respond like a management API of Bookend${answered}`,
        "the URL of a server with its API below /event",
      ),
      { cause: error },
    );
  }
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  if (status === 401) {
    const advice = "Log in again with: bookend login";
    return new RefusedError(status, `${label} does not accept the login: ${sentence} ${advice}`, [], 0);
  }
  if (status === 403) return new RefusedError(status, `You are not allowed to do this on ${label}: ${sentence}`, [], 0);
  if (status === 503) return new CliError("serverAway", `${label} is not available at the moment: ${sentence}`);
  return new RefusedError(status, message, problems, omittedProblems);
}

/**
 * Returns the value of a response in the envelope of the management API.
 *
 * @throws {ClientError} for a refusal, or for a response that is not in the envelope
 */
export async function openEnvelope(
  response: Response,
): Promise<{ readonly value: unknown; readonly detail: Readonly<Record<string, unknown>> }> {
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // reported by the error below
  }
  if (!response.ok || !isRecord(body) || !isRecord(body.result)) throw refusalOf(response.status, body);
  return { value: body.result.value, detail: isRecord(body.detail) ? body.detail : {} };
}

function refusalOf(status: number, body: unknown): ClientError {
  const error = isRecord(body) && isRecord(body.result) ? body.result.error : undefined;
  if (!isRecord(error) || typeof error.code !== "number" || typeof error.message !== "string") {
    return new ClientError(status, 0, "This is not a response of the management API.");
  }
  return new ClientError(status, error.code, error.message.replace(/^ERR-?\d+: /, ""));
}

/** Returns whether a value is an object, and neither an array nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
