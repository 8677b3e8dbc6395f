/**
 * Every code that an error of this adapter can carry.
 *
 * - `PARAMETER_REFUSED` (400): a parameter is called `__proto__`, `constructor` or `prototype`.
 * - `NO_CALL` (500): `request.call` was read on a route that names no event, or before its handler ran.
 * - `ROUTE_BEFORE_PLUGIN` (500): a route with an event was declared before the plugin was loaded.
 */
export type AdapterErrorCode = "PARAMETER_REFUSED" | "NO_CALL" | "ROUTE_BEFORE_PLUGIN";

/** An error of this adapter; `code` is stable, the message is not. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  readonly code: AdapterErrorCode;
  /** HTTP status of the answer. */
  readonly statusCode: number;

  constructor(code: AdapterErrorCode, message: string, statusCode: number) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}
