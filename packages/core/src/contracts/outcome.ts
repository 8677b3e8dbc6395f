import type { JsonValue } from "./json.js";

/** The result that an action returns; undefined means done. */
export type Outcome =
  | { readonly status: "done"; readonly details?: { readonly [key: string]: JsonValue } | undefined }
  | {
      readonly status: "failed";
      readonly reason: string;
      readonly details?: { readonly [key: string]: JsonValue } | undefined;
    }
  | { readonly status: "skipped"; readonly reason: string };

/**
 * Creates the outcome of an action that did its work. `details` are written to the audit log and must not contain
 * secrets.
 */
export function done(options: { details?: { readonly [key: string]: JsonValue } } = {}): Outcome {
  return { status: "done", details: options.details };
}

/**
 * Creates the outcome of an action that could not do its work, for example because there is no token or no recipient.
 * The reason is written to the audit log and must not contain secrets.
 */
export function failed(reason: string, options: { details?: { readonly [key: string]: JsonValue } } = {}): Outcome {
  return { status: "failed", reason, details: options.details };
}

/**
 * Creates the outcome of an action that had nothing to do, which is not a failure. The reason is written to the audit
 * log.
 */
export function skipped(reason: string): Outcome {
  return { status: "skipped", reason };
}
