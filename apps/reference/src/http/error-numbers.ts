import type { MfaErrorCode } from "@bookend/mfa";

/** The error codes of the domain as callers see them: privacyIDEA's numbers, and the HTTP status. */
export const errorNumbers: Readonly<Record<MfaErrorCode, { readonly code: number; readonly status: number }>> = {
  PARAMETER_INVALID: { code: 905, status: 400 },
  USER_INVALID: { code: 904, status: 400 },
  TOKEN_REFUSED: { code: 301, status: 400 },
  CONFIGURATION_INVALID: { code: 302, status: 400 },
  LIMIT_REACHED: { code: 303, status: 429 },
  NOT_FOUND: { code: 601, status: 404 },
  CREDENTIALS_INVALID: { code: 4031, status: 401 },
  NOT_LOGGED_IN: { code: 4033, status: 401 },
  NOT_ALLOWED: { code: 303, status: 403 },
  SESSION_INVALID: { code: 4031, status: 401 },
  REGISTRATION_UNSUPPORTED: { code: 3000, status: 400 },
  REGISTRATION_STATE: { code: 3001, status: 400 },
  REGISTRATION_INVALID: { code: 3002, status: 400 },
  DECRYPTION_FAILED: { code: 707, status: 500 },
};
