/** The meaning of each {@link MfaError} code. */
export const mfaErrorCodes = {
  PARAMETER_INVALID: "A parameter is missing or has a value that is not allowed.",
  USER_INVALID: "A user or a realm is unknown, or the user cannot be changed.",
  TOKEN_REFUSED: "The operation is not possible with this token.",
  CONFIGURATION_INVALID: "A resolver, mail server or gateway is wrongly configured or cannot be reached.",
  LIMIT_REACHED: "The user has as many tokens or open challenges as they may have, or too many logins are under way.",
  NOT_FOUND: "The token, container, realm, resolver, server, … does not exist.",
  CREDENTIALS_INVALID: "The name or the password is wrong; never says which.",
  NOT_LOGGED_IN: "Nobody is logged in.",
  NOT_ALLOWED: "The caller may not do this, or not to this object.",
  SESSION_INVALID: "The session is not ours or has ended: its holder is gone, or has another password.",
  REGISTRATION_UNSUPPORTED: "Containers of this type cannot be registered.",
  REGISTRATION_STATE: "The container is registered already, or no registration is open.",
  REGISTRATION_INVALID: "The signature of a registration is not valid, or it came too late or twice.",
  DECRYPTION_FAILED: "A stored secret was changed, or sealed with a key that is not known.",
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

/** A parameter is missing or has a value that is not allowed. */
export const parameterError = (message: string): MfaError => new MfaError("PARAMETER_INVALID", message);

/** A user or a realm is unknown, or a user cannot be changed. */
export const userError = (message: string): MfaError => new MfaError("USER_INVALID", message);

/** The operation is not possible with this token. */
export const tokenError = (message: string): MfaError => new MfaError("TOKEN_REFUSED", message);

/** A resolver, mail server or gateway is wrongly configured. */
export const configurationError = (message: string, options?: ErrorOptions): MfaError =>
  new MfaError("CONFIGURATION_INVALID", message, options);

/** The token, realm, resolver, server, … does not exist. */
export const notFoundError = (message: string): MfaError => new MfaError("NOT_FOUND", message);

/** Nobody is logged in. */
export const notLoggedInError = (): MfaError =>
  new MfaError("NOT_LOGGED_IN", "Authentication failure. Missing Authorization header.");

/** The caller may not do this, or not to this object. */
export const notAllowedError = (message: string): MfaError => new MfaError("NOT_ALLOWED", message);

/** The name or the password is wrong; never says which. */
export const credentialsError = (): MfaError =>
  new MfaError("CREDENTIALS_INVALID", "Authentication failure. Wrong credentials");
