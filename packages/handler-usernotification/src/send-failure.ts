import type { SendResult } from "@bookend/core";

/** Codes of errors after which another try would end the same. */
const permanent: ReadonlySet<unknown> = new Set([
  "INVALID_ADDRESS",
  "INVALID_HEADER",
  "INVALID_MESSAGE",
  "INVALID_NUMBER",
  "REJECTED",
]);

/** What an error of a mailer or gateway means. Its code is told and not its message, which may hold what was sent. */
export function sendFailure(error: unknown, peer: string): SendResult {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string" || !/^[A-Z_]+$/.test(code)) throw error;
  return { status: "failed", reason: `${peer} did not take it: ${code}`, permanent: permanent.has(code) };
}
