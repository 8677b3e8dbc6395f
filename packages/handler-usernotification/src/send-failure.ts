import type { SendResult } from "@bookend/core";

/** Codes of errors after which another try would end the same. */
const permanent: ReadonlySet<unknown> = new Set([
  "INVALID_ADDRESS",
  "INVALID_HEADER",
  "INVALID_MESSAGE",
  "INVALID_NUMBER",
  "SMTPUTF8_REQUIRED",
  "REJECTED",
]);

/** Longest reason of a mailer or gateway that is repeated. */
const maxReasonLength = 200;

/**
 * Turns an error of a mailer or gateway into a result: its code, and its `reason` if it has one. Its message is left out,
 * since it may hold what was sent.
 */
export function sendFailure(error: unknown, peer: string): SendResult & { readonly status: "failed" } {
  const code = codeOf(error);
  if (code === undefined) throw error;
  const reason = `${peer} did not take it: ${code}${reasonOf(error)}`;
  return { status: "failed", reason, permanent: permanent.has(code) };
}

/** The code of an error of a mailer or gateway; undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
}

function reasonOf(error: unknown): string {
  const reason = (error as { reason?: unknown } | null)?.reason;
  return typeof reason === "string" && /^\P{Cc}+$/u.test(reason) ? `: ${reason.slice(0, maxReasonLength)}` : "";
}
