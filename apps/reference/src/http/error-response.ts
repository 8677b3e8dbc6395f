import { BookendError, CallAbortedError, type CallResponse, problemMessage } from "@bookend/core";
import { AdapterError } from "@bookend/fastify";
import { MfaError } from "@bookend/mfa";
import { isConflict, isDatabaseAway, StoreError } from "@bookend/store-sql";
import { ApiError } from "./api-error.js";
import { errorEnvelope, validateId } from "./envelope.js";
import { errorNumbers } from "./error-numbers.js";

/** An error as the caller sees it. */
interface Failure {
  readonly code: number;
  readonly status: number;
  readonly message: string;
}

/**
 * Returns the response to a failed call, in privacyIDEA's envelope. Callers learn nothing about internal errors, except
 * in `development`.
 */
export function errorResponse(
  error: unknown,
  { url }: { readonly url: string },
  { development = false }: { readonly development?: boolean | undefined } = {},
): CallResponse {
  const { code, status, message } = failureOf(error) ?? unexpected(error, development);
  const id = url.startsWith("/validate/") ? validateId : 1;
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: errorEnvelope(code, message, { id }),
  };
}

function unexpected(error: unknown, development: boolean): Failure {
  const message =
    development && error instanceof Error ? `Internal server error: ${error.message}` : "Internal server error.";
  return { code: 903, status: 500, message };
}

function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof MfaError) return { ...errorNumbers[error.code], message: error.message };
  if (isConflict(error))
    return {
      code: 903,
      status: 409,
      message: "The same data was changed by another call at the same time. Try again.",
    };
  if (error instanceof CallAbortedError) {
    return { code: error.status < 500 ? 303 : 903, status: error.status, message: error.message };
  }
  if (error instanceof AdapterError && error.statusCode < 500) {
    return { code: 905, status: error.statusCode, message: error.message };
  }
  if (error instanceof StoreError && error.code === "PARAMETER_INVALID" && error.message.includes("NUL")) {
    return {
      code: 905,
      status: 400,
      message: problemMessage("A parameter has the character U+0000", "strings without it"),
    };
  }
  return unavailable(error) ?? ofFastify(error);
}

/** Returns the failure if the database or the audit log is not available at present. The same call may succeed later. */
function unavailable(error: unknown): Failure | undefined {
  const failure = { code: 903, status: 503 };
  const isUncommitted = error instanceof BookendError && error.code === "CALL_NOT_COMMITTED";
  if (isDatabaseAway(isUncommitted ? error.cause : error)) {
    return { ...failure, message: "The database is not available at the moment." };
  }
  if (error instanceof BookendError && error.code === "AUDIT_UNAVAILABLE") {
    return { ...failure, message: "The audit log cannot be written at the moment." };
  }
  return undefined;
}

/**
 * Returns the failure if Fastify itself refuses the request: its body cannot be parsed or is too large, or its media
 * type is not supported.
 */
function ofFastify(error: unknown): Failure | undefined {
  const {
    statusCode: status,
    code,
    message,
  } = (error ?? {}) as { statusCode?: number; code?: string; message?: string };
  if (status === undefined || status < 400 || status >= 500) return undefined;
  // only Fastify's own messages are shown: those of JSON parsers quote the body, which may contain secrets
  const written = code?.startsWith("FST_") ? message : undefined;
  return { code: 905, status, message: written ?? "The request cannot be read." };
}
