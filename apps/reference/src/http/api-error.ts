/**
 * An error of the HTTP API, not of the domain; `code` is privacyIDEA's number, `status` the HTTP status. Messages never
 * contain secrets.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: number,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
