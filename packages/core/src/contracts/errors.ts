import type { JsonValue } from "./json.js";

/**
 * Every code that an error of Bookend can have.
 *
 * - `BINDING_INVALID`: a binding was refused; `problems` contains the reasons.
 * - `BINDING_NOT_FOUND`: no binding has this id.
 * - `BINDING_CHANGED`: the revision of the binding is not the one that the change was meant for.
 * - `BINDING_NAME_TAKEN`: the store has another binding with that name.
 * - `HISTORY_NOT_FOUND`: the history does not have that entry, or the entry did not change that binding.
 * - `BINDINGS_READ_ONLY`: the binding store cannot be written.
 * - `BINDINGS_UNAVAILABLE`: the binding store did not return its bindings in time.
 * - `OPTIONS_INVALID`: an option of `createBookend` does not exist or has an invalid value.
 * - `HANDLER_INVALID`: a handler passed to `createBookend` is not valid.
 * - `CONDITION_INVALID`: a condition passed to `createBookend` is not valid, or returned something that is not a
 *   boolean.
 * - `DUPLICATE_HANDLER`, `DUPLICATE_CONDITION`: the id of a handler, or the name of a condition, was registered twice.
 * - `CALL_ABORTED`: an action failed and its binding has `abortOnError`, or an action threw `AbortCall`.
 * - `ACTION_TIMEOUT`: an action did not end in time.
 * - `ACTION_INVALID`: a stored binding cannot run, since it names something that is not registered, or has a value that
 *   cannot be parsed.
 * - `ACTION_FAILED`: an action ended as failed (its reason is in the audit log).
 * - `CONDITION_TIMEOUT`, `LOOKUP_TIMEOUT`: a condition, or a lookup in a directory, did not end in time.
 * - `OUTCOME_INVALID`: an action returned something that is not an outcome.
 * - `CALL_INVALID`: an action left the call, or its response, in an unusable state; the earlier state was restored.
 * - `AUDIT_UNAVAILABLE`: the audit sink failed and the host requires it.
 * - `CALL_NOT_COMMITTED`: what actions changed, such as counters, could not be committed when the call ended.
 * - `DELIVERY_UNKNOWN`: a delivery of a kind that no registered handler sends.
 * - `DELIVERY_INVALID`: the payload of a delivery is not JSON, or its sender returned something that is not a result.
 * - `VALUE_INVALID`: an option or a condition has a value that cannot be parsed.
 * - `TAG_INVALID`: a tag of the host returned something that cannot be inserted.
 * - `TEMPLATE_TOO_LONG`: a rendered template exceeded its maximum length.
 * - `HEADER_INVALID`: a value with control characters was about to become a header.
 * - `BOOKEND_CLOSED`: `close()` was called.
 */
export type ErrorCode =
  | "BINDING_INVALID"
  | "BINDING_NOT_FOUND"
  | "BINDING_CHANGED"
  | "BINDING_NAME_TAKEN"
  | "HISTORY_NOT_FOUND"
  | "BINDINGS_READ_ONLY"
  | "BINDINGS_UNAVAILABLE"
  | "OPTIONS_INVALID"
  | "HANDLER_INVALID"
  | "CONDITION_INVALID"
  | "DUPLICATE_HANDLER"
  | "DUPLICATE_CONDITION"
  | "CALL_ABORTED"
  | "ACTION_TIMEOUT"
  | "ACTION_INVALID"
  | "ACTION_FAILED"
  | "CONDITION_TIMEOUT"
  | "LOOKUP_TIMEOUT"
  | "OUTCOME_INVALID"
  | "CALL_INVALID"
  | "DELIVERY_INVALID"
  | "AUDIT_UNAVAILABLE"
  | "CALL_NOT_COMMITTED"
  | "DELIVERY_UNKNOWN"
  | "VALUE_INVALID"
  | "TAG_INVALID"
  | "TEMPLATE_TOO_LONG"
  | "HEADER_INVALID"
  | "BOOKEND_CLOSED";

/** An error of Bookend itself; `code` is stable, the message is not. */
export class BookendError extends Error {
  override readonly name: string = "BookendError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Thrown by value parsers. The message describes what is wrong with a value and what is allowed. Code `VALUE_INVALID`.
 */
export class ValueError extends BookendError {
  override readonly name = "ValueError";
  /** The allowed values, in words. */
  readonly allowed: string;

  constructor(message: string, allowed: string) {
    super("VALUE_INVALID", message);
    this.allowed = allowed;
  }
}

/** An error of a binding, or a warning about it. */
export interface Problem {
  /** An error keeps a binding from being saved; a warning does not. */
  readonly severity: "error" | "warning";
  readonly code: ProblemCode;
  /** The field of the binding: `events`, `position`, `conditions.client_ip`, `options.To`, … */
  readonly field: string;
  /** The value found there; `***` if it is secret. */
  readonly value?: unknown;
  /** A sentence that names the field, the value and what is allowed. */
  readonly message: string;
  /** The allowed values, in words. */
  readonly allowed?: string | undefined;
}

/**
 * The subject of a problem.
 *
 * - `FIELD_INVALID`: name, ordering, position, … is missing, has the wrong type or is too large.
 * - `NAME_TAKEN`: another binding has this name; as a warning of an import: the imported binding was renamed.
 * - `UNKNOWN_EVENT`, `UNKNOWN_HANDLER`, `UNKNOWN_ACTION`, `UNKNOWN_CONDITION`, `UNKNOWN_OPTION`: no such name.
 * - `POSITION_NOT_ALLOWED`: the handler or action cannot run at this position.
 * - `OPTION_INVALID`, `CONDITION_VALUE_INVALID`: the value cannot be parsed.
 * - `DIRECTORY_MISSING`: the host has no directory that this condition needs.
 * - `DELIVERY_NOT_AVAILABLE`: the binding requires durable deliveries, but the host has no outbox, or the action sends
 *   no deliveries.
 * - `RESPONSE_BEFORE_CALL`: (warning) a response condition at `pre` can never be known.
 * - `OBJECT_NOT_THERE`: (warning) the condition reads an object that the event creates (at `pre`) or removes (at
 *   `post`).
 * - `FIELD_NOT_DESCRIBED`: (warning) the condition reads a field that the schema of the event does not have.
 * - `PATTERN_ASCII`: (warning) a regular expression uses `\w`, `\W`, `\b` or `\B`, which recognize no letters beyond
 *   ASCII.
 * - `NEVER_FULFILLED`: (warning) no call that reaches the binding can fulfill its conditions.
 * - `UNKNOWN_CHOICE`: (warning) the value does not exist at present.
 * - `HANDLER_FAULT`: code of the handler or of a condition failed while the binding was read or checked.
 * - `CHOICES_UNAVAILABLE`: (warning) the existing values cannot be looked up at present.
 * - `SECRET_TAG`: (warning) a secret would be sent or stored without protection.
 */
export type ProblemCode =
  | "FIELD_INVALID"
  | "NAME_TAKEN"
  | "UNKNOWN_EVENT"
  | "UNKNOWN_HANDLER"
  | "UNKNOWN_ACTION"
  | "UNKNOWN_CONDITION"
  | "UNKNOWN_OPTION"
  | "POSITION_NOT_ALLOWED"
  | "OPTION_INVALID"
  | "CONDITION_VALUE_INVALID"
  | "DIRECTORY_MISSING"
  | "DELIVERY_NOT_AVAILABLE"
  | "RESPONSE_BEFORE_CALL"
  | "NEVER_FULFILLED"
  | "OBJECT_NOT_THERE"
  | "FIELD_NOT_DESCRIBED"
  | "PATTERN_ASCII"
  | "UNKNOWN_CHOICE"
  | "HANDLER_FAULT"
  | "CHOICES_UNAVAILABLE"
  | "SECRET_TAG";

/** A binding was refused; nothing was changed. Code `BINDING_INVALID`. */
export class BindingInvalidError extends BookendError {
  override readonly name = "BindingInvalidError";
  readonly problems: readonly Problem[];
  /** The number of further problems: an import of thousands of bindings reports only the first hundred. */
  readonly omitted: number;

  /** @param omitted The number of problems that are not in the list. */
  constructor(problems: readonly Problem[], omitted = 0) {
    const more = omitted > 0 ? [`${omitted} more problems are not listed.`] : [];
    super("BINDING_INVALID", [...problems.map((problem) => problem.message), ...more].join(" "));
    this.problems = problems;
    this.omitted = omitted;
  }
}

/** Options of an `AbortCall` in addition to its message. */
export interface AbortCallOptions extends ErrorOptions {
  /** HTTP status of the response. Default 403. */
  readonly status?: number | undefined;
  /** Written to the audit log but not sent to the caller. Must not contain secrets. */
  readonly details?: { readonly [key: string]: JsonValue } | undefined;
}

/**
 * Thrown by an action to make the whole call fail, whatever its binding says about failures.
 * The message reaches the caller and the audit log, so it must not contain secrets.
 */
export class AbortCall extends Error {
  override readonly name = "AbortCall";
  readonly status: number;
  readonly details: { readonly [key: string]: JsonValue } | undefined;

  constructor(message: string, options?: AbortCallOptions) {
    super(message, options);
    this.status = options?.status ?? 403;
    this.details = options?.details;
  }
}

/** The error with which `handle` rejects when an action aborted the call. Code `CALL_ABORTED`. */
export class CallAbortedError extends BookendError {
  override readonly name = "CallAbortedError";
  readonly bindingId: number;
  readonly bindingName: string;
  /** `pre`: the API did not run. `post`: the API ran, and its response is lost. */
  readonly position: "pre" | "post";
  /** The HTTP status of the response: that of an `AbortCall`, otherwise 500. */
  readonly status: number;
  /** Code of the failure that aborted the call. */
  readonly causeCode: string;

  constructor(details: {
    message: string;
    bindingId: number;
    bindingName: string;
    position: "pre" | "post";
    status: number;
    causeCode: string;
    cause?: unknown;
  }) {
    super("CALL_ABORTED", details.message, { cause: details.cause });
    this.bindingId = details.bindingId;
    this.bindingName = details.bindingName;
    this.position = details.position;
    this.status = details.status;
    this.causeCode = details.causeCode;
  }
}
