/** Every code that an error of an adapter can have. */
export const adapterErrorCodes = {
  /** 400: a parameter is named `__proto__`, `constructor` or `prototype`. */
  PARAMETER_REFUSED: "PARAMETER_REFUSED",
  /** 400: the name of a parameter is longer than `limits.nameLength`. */
  PARAMETER_NAME_TOO_LONG: "PARAMETER_NAME_TOO_LONG",
  /** 400: a parameter occurs more than once in the query or the form, and its route accepts only one value. */
  PARAMETER_REPEATED: "PARAMETER_REPEATED",
  /**
   * 413: the query or the form has more than `limits.fields` fields, or a JSON body more than `limits.values` values.
   */
  TOO_MANY_PARAMETERS: "TOO_MANY_PARAMETERS",
  /** 400: a JSON body is nested deeper than `limits.depth`. */
  BODY_TOO_DEEP: "BODY_TOO_DEEP",
  /** 400: the body is not valid JSON or not a valid multipart form, or has a file that is not accepted. */
  BODY_INVALID: "BODY_INVALID",
  /** 413: the body is longer than `bodyLimit`. */
  BODY_TOO_LARGE: "BODY_TOO_LARGE",
  /** 403, or the status of the error: the caller may not make this call. */
  CALL_REFUSED: "CALL_REFUSED",
  /** 499: the client hung up, and the handler did not respond within `hangUpTimeoutMs` after that. */
  CALL_ABANDONED: "CALL_ABANDONED",
  /**
   * 500: the call of a request was read on a route that has neither an event nor an audit name, or before the call was
   * authorized.
   */
  NO_CALL: "NO_CALL",
  /** 500: a route with an event or an audit name was declared before the plugin was loaded. */
  ROUTE_BEFORE_PLUGIN: "ROUTE_BEFORE_PLUGIN",
} as const;

/** One of `adapterErrorCodes`. */
export type AdapterErrorCode = keyof typeof adapterErrorCodes;

/** An error of an adapter; `code` is stable, the message is not. */
export class AdapterError extends Error {
  override readonly name: string = "AdapterError";
  readonly code: AdapterErrorCode;
  /** HTTP status of the response. */
  readonly statusCode: number;

  constructor(code: AdapterErrorCode, message: string, statusCode: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.statusCode = statusCode;
  }
}

/**
 * Thrown by `authorize`, or later by a route: the caller may not make this call.
 * After that, no more actions of the event run. Code `CALL_REFUSED`; the message reaches the caller.
 */
export class RefusedCallError extends AdapterError {
  override readonly name = "RefusedCallError";

  /** @param options `statusCode` is the HTTP status of the response, 403 by default. */
  constructor(message: string, { statusCode = 403, ...options }: ErrorOptions & { readonly statusCode?: number } = {}) {
    super("CALL_REFUSED", message, statusCode, options);
  }
}
