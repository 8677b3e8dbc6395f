import type { SmtpServerConfig } from "@bookend/messaging";
import type { SmtpServerAccess } from "../senders/types.js";

/**
 * Number of steps of sending a mail, including the wait for a connection. Each may take as long as the server's
 * timeout.
 */
const stepsOfMail = 3;

/** Maximum seconds for sending a mail. Source: `deadlineMs` of `smtpServerConfig`. */
const longestDeadline = 3_600;

/** Converts a stored mail server to the options of `createMailer`. */
export function mailerConfig(server: SmtpServerAccess): SmtpServerConfig {
  const { host, port, username, password, sender, timeout, poolSize } = server;
  return {
    host,
    port,
    security: securityOf(server),
    ...(username !== "" && { user: username, password }),
    ...(sender !== "" && { sender }),
    timeoutMs: timeout * 1000,
    deadlineMs: Math.min(stepsOfMail * timeout, longestDeadline) * 1000,
    poolSize,
  };
}

function securityOf({ protocol, startTls }: SmtpServerAccess): NonNullable<SmtpServerConfig["security"]> {
  if (protocol === "smtps") return "smtps";
  return ({ required: "starttls", opportunistic: "starttls-optional", never: "smtp" } as const)[startTls];
}
