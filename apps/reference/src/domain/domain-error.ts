/**
 * An error of the domain that the HTTP layer puts into privacyIDEA's error envelope.
 * `code` is the number that clients know (905, 601, …), `status` the HTTP status. Messages never hold secrets.
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: number;
  readonly status: number;

  constructor(code: number, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

/** 905, HTTP 400: a parameter is missing or has a value that is not allowed. */
export const parameterError = (message: string): DomainError => new DomainError(905, 400, message);

/** 904, HTTP 400: a user or a realm is unknown, or a user cannot be changed. */
export const userError = (message: string): DomainError => new DomainError(904, 400, message);

/** 301, HTTP 400: something cannot be done to this token. */
export const tokenError = (message: string): DomainError => new DomainError(301, 400, message);

/** 302, HTTP 400: a resolver, mail server or gateway is wrongly configured. */
export const configurationError = (message: string, options?: ErrorOptions): DomainError =>
  new DomainError(302, 400, message, options);

/** 601, HTTP 404: no such token, realm, resolver, server, … */
export const notFoundError = (message: string): DomainError => new DomainError(601, 404, message);

/** 4031, HTTP 401: wrong name or password; never says which. */
export const credentialsError = (): DomainError =>
  new DomainError(4031, 401, "Authentication failure. Wrong credentials");
