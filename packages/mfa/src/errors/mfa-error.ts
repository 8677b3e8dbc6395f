/** The meaning of each {@link MfaError} code. */
export const mfaErrorCodes = {
  PARAMETER_INVALID: "A parameter is missing or has a value that is not allowed.",
  USER_INVALID: "A user or a realm is unknown, or the user cannot be changed.",
  TOKEN_REFUSED: "The operation is not possible with this token.",
  CONFIGURATION_INVALID: "A resolver, mail server or gateway is misconfigured or cannot be reached.",
  LIMIT_REACHED: "The user has reached the limit of tokens or open challenges, or too many logins are in progress.",
  NOT_FOUND: "The token, container, realm, resolver, server, … does not exist.",
  CREDENTIALS_INVALID: "The name or the password is wrong. The error does not reveal which.",
  NOT_LOGGED_IN: "Nobody is logged in.",
  NOT_ALLOWED: "The caller may not do this, or not with this object.",
  SESSION_INVALID: "The session is not valid or has ended, because its holder was deleted or changed their password.",
  REGISTRATION_UNSUPPORTED: "Containers of this type cannot be registered.",
  REGISTRATION_STATE: "The container is already registered, or no registration is open.",
  REGISTRATION_INVALID: "The signature of a registration is not valid, or the registration was late or repeated.",
  DECRYPTION_FAILED: "A stored secret was modified, or encrypted with an unknown key.",
} as const;

/** The codes of {@link MfaError}. */
export type MfaErrorCode = keyof typeof mfaErrorCodes;

/** An error of this package; `code` is stable, the message is not. Messages never contain secrets. */
export class MfaError extends Error {
  override readonly name = "MfaError";

  constructor(
    readonly code: MfaErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Creates the error for a parameter that is missing or has a value that is not allowed. */
export const parameterError = (message: string): MfaError => new MfaError("PARAMETER_INVALID", message);

/** Creates the error for a user or a realm that is unknown, or for a user that cannot be changed. */
export const userError = (message: string): MfaError => new MfaError("USER_INVALID", message);

/** Creates the error for an operation that is not possible with a token. */
export const tokenError = (message: string): MfaError => new MfaError("TOKEN_REFUSED", message);

/** Creates the error for a misconfigured resolver, mail server or gateway. */
export const configurationError = (message: string, options?: ErrorOptions): MfaError =>
  new MfaError("CONFIGURATION_INVALID", message, options);

/** Creates the error for a token, realm, resolver, server, … that does not exist. */
export const notFoundError = (message: string): MfaError => new MfaError("NOT_FOUND", message);

/** Creates the error for a call without a login. */
export const notLoggedInError = (): MfaError =>
  new MfaError("NOT_LOGGED_IN", "Authentication failure. Missing Authorization header.");

/** Creates the error for a caller who may not do this, or not with this object. */
export const notAllowedError = (message: string): MfaError => new MfaError("NOT_ALLOWED", message);

/** Creates the error for a wrong name or password. It does not reveal which of them is wrong. */
export const credentialsError = (): MfaError =>
  new MfaError("CREDENTIALS_INVALID", "Authentication failure. Wrong credentials");
