import { z } from "zod";
import { deadline, line, milliseconds, secret, tlsConfig, wholeNumber } from "./config.js";
import { MessagingError } from "./errors.js";
import { headerAddress } from "./mail-header.js";

/** Ways to secure the connection to an SMTP server, each with its usual port. */
const ports = { smtp: 25, "starttls-optional": 25, starttls: 587, smtps: 465 } as const;

/** An SMTP server. Numbers and booleans may be strings. */
export const smtpServerConfig = z
  .strictObject({
    host: line().describe("Name or address of the server."),
    port: wholeNumber(1, 65535).optional().describe("Default: 25, with starttls 587, with smtps 465."),
    security: z
      .enum(["smtp", "starttls-optional", "starttls", "smtps"])
      .default("starttls-optional")
      .describe(
        "smtp: never encrypted. starttls-optional: encrypted if offered. starttls: encryption required. smtps: TLS from the start.",
      ),
    user: line().optional(),
    password: secret().optional(),
    sender: line()
      .superRefine((text, context) => {
        const message = addressFault(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .optional()
      .describe("Sender of mails that do not specify one."),
    timeoutMs: milliseconds()
      .prefault(10_000)
      .describe("Time limit for each step: name resolution, connection, greeting, and each response."),
    deadlineMs: deadline(30_000),
    poolSize: wholeNumber(1, 100).prefault(5).describe("Maximum number of simultaneous connections."),
    tls: tlsConfig.optional(),
    name: line().optional().describe("Name of the client in EHLO. Default: the machine's name."),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ["password"],
    message: "user and password must be set together",
  })
  .transform((config) => ({ ...config, port: config.port ?? ports[config.security] }));

/** Input of {@link smtpServerConfig}. */
export type SmtpServerConfig = z.input<typeof smtpServerConfig>;

function addressFault(text: string): string | undefined {
  try {
    headerAddress("sender", text);
    return undefined;
  } catch (error) {
    return error instanceof MessagingError ? error.message.replace(/^sender: /, "") : "is not one address";
  }
}
