import type { SmtpServerConfig } from "@bookend/messaging";
import type { SmtpServerAccess } from "../senders/types.js";

/** Steps that a mail may wait for, each for the server's timeout, from the moment it is submitted: its wait for a connection counts. */
const stepsOfMail = 3;

/** Seconds that a mail may take at most. Source: `deadlineMs` of `smtpServerConfig`. */
const longestDeadline = 3_600;

/** A stored mail server as `createMailer` takes it. */
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
