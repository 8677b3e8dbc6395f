import type { SendResult } from "@bookend/core";

/** Codes of errors after which another attempt would fail as well. */
const permanent: ReadonlySet<unknown> = new Set([
  "INVALID_ADDRESS",
  "INVALID_HEADER",
  "INVALID_MESSAGE",
  "INVALID_NUMBER",
  "SMTPUTF8_REQUIRED",
  "REJECTED",
]);

/**
 * Codes of errors after which it is unknown whether the peer accepted the message, for peers that do not report this
 * themselves as `uncertain`.
 */
const uncertain: ReadonlySet<unknown> = new Set(["CONNECTION_LOST", "TIMEOUT", "ABORTED"]);

/** Maximum length of a mailer's or gateway's reason that is reported. */
const maxReasonLength = 200;

/**
 * Turns an error of a mailer or gateway into a result: its code, and its `reason` if it has one. Its message is left
 * out, since it may contain parts of the sent message.
 *
 * @throws {unknown} the error itself if it is not one of a mailer or gateway
 */
export function sendFailure(error: unknown, peer: string): SendResult & { readonly status: "failed" } {
  const code = codeOf(error);
  if (code === undefined) throw error;
  const reason = `${peer} did not accept the message: ${code}${reasonOf(error)}`;
  const said: unknown = (error as { uncertain?: unknown }).uncertain;
  return {
    status: "failed",
    reason,
    permanent: permanent.has(code),
    uncertain: typeof said === "boolean" ? said : uncertain.has(code),
  };
}

/** Returns the code of an error of a mailer or gateway; undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
}

function reasonOf(error: unknown): string {
  const reason = (error as { reason?: unknown } | null)?.reason;
  return typeof reason === "string" && /^\P{Cc}+$/u.test(reason) ? `: ${reason.slice(0, maxReasonLength)}` : "";
}
