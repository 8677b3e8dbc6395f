import { STATUS_CODES } from "node:http";
import { BookendError, type CallResponse } from "@bookend/core";

/**
 * Returns the response to a failed call, in Fastify's shape: `{ statusCode, code, error, message }`. The status is the
 * error's `statusCode` or `status` if that is from 400 to 599, 503 for `AUDIT_UNAVAILABLE`, otherwise 500. Internal
 * errors are not exposed: the message and the code of an error with status 500 or above are shown only if Bookend wrote
 * it, or with `development`.
 */
export function defaultErrorResponse(
  error: unknown,
  { development = false }: { readonly development?: boolean | undefined } = {},
): CallResponse {
  const statusCode = errorStatus(error);
  const reason = STATUS_CODES[statusCode] ?? "Error";
  const shown = error instanceof Error && (development || statusCode < 500 || error instanceof BookendError);
  const code = codeOf(error);
  return {
    status: statusCode,
    headers: {},
    body: { statusCode, ...(shown && code && { code }), error: reason, message: shown ? error.message : reason },
  };
}

/** Returns the HTTP status of an error, from 400 to 599; 503 if the audit log cannot be written; otherwise 500. */
export function errorStatus(error: unknown): number {
  const { statusCode, status } = (error ?? {}) as { statusCode?: unknown; status?: unknown };
  for (const candidate of [statusCode, status]) {
    if (Number.isInteger(candidate) && (candidate as number) >= 400 && (candidate as number) <= 599) {
      return candidate as number;
    }
  }
  return error instanceof BookendError && error.code === "AUDIT_UNAVAILABLE" ? 503 : 500;
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}
