import { BookendError } from "../contracts/errors.js";
import type { JsonValue } from "../contracts/json.js";
import type { Outcome } from "../contracts/outcome.js";
import { isRecord } from "../internal/is-record.js";
import { notJson } from "../internal/not-json.js";
import { problemMessage } from "../internal/problem-message.js";

/** Maximum length of a reason in the audit log, in characters; the rest is cut off. */
const maxReasonLength = 2_000;

/** Maximum length of details in JSON, in characters. */
const maxDetailsLength = 1_000_000;

/**
 * Returns the outcome that an action returned; undefined if it returned nothing.
 *
 * @throws {BookendError} OUTCOME_INVALID if it returned anything else, or details that are not JSON
 */
export function checkOutcome(returned: unknown): Outcome | undefined {
  if (returned === undefined || returned === null) return undefined;
  if (!isRecord(returned)) throw invalid(`returned a value of type ${typeof returned}`);
  const { status, reason, details } = returned;
  switch (status) {
    case "done":
      return details === undefined ? { status } : { status, details: checkDetails(details) };
    case "failed":
      return details === undefined
        ? { status, reason: checkReason(reason) }
        : { status, reason: checkReason(reason), details: checkDetails(details) };
    case "skipped":
      return { status, reason: checkReason(reason) };
    default:
      throw invalid("returned an object that is not an outcome");
  }
}

/**
 * Returns the details for the audit log.
 *
 * @throws {BookendError} OUTCOME_INVALID
 */
export function checkDetails(details: unknown): { readonly [key: string]: JsonValue } {
  if (!isRecord(details)) throw invalid("has details that are not an object");
  const wrong = notJson(details);
  if (wrong) throw invalid(`has details that are not JSON: ${wrong.path} is ${wrong.found}`);
  if (JSON.stringify(details).length > maxDetailsLength) {
    throw invalid(`has details of more than ${maxDetailsLength} characters in JSON`);
  }
  return details as { readonly [key: string]: JsonValue };
}

function checkReason(reason: unknown): string {
  if (typeof reason !== "string") throw invalid(`has a reason of type ${typeof reason}`);
  return reason.length > maxReasonLength ? `${reason.slice(0, maxReasonLength)}…` : reason;
}

function invalid(what: string): BookendError {
  return new BookendError(
    "OUTCOME_INVALID",
    problemMessage(`The action ${what}`, "nothing, done({ details }), failed(reason), skipped(reason)"),
  );
}
