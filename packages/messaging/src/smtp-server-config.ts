import { z } from "zod";
import { line, milliseconds, secret, tlsConfig, wholeNumber } from "./config.js";
import { parseMailAddress } from "./mail-address.js";

/** Ways to secure the connection to an SMTP server, each with its usual port. */
const PORTS = { smtp: 25, "starttls-optional": 25, starttls: 587, smtps: 465 } as const;

/** An SMTP server. Numbers and booleans may be strings. */
export const smtpServerConfig = z
  .strictObject({
    host: line().describe("Name or address of the server."),
    port: wholeNumber(1, 65535).optional().describe("Default: 25, with starttls 587, with smtps 465."),
    security: z
      .enum(["smtp", "starttls-optional", "starttls", "smtps"])
      .default("starttls-optional")
      .describe(
        "smtp: never encrypted. starttls-optional: where offered. starttls: required. smtps: TLS from the start.",
      ),
    user: line().optional(),
    password: secret().optional(),
    sender: line()
      .refine((text) => isAddress(text), "must be one address such as Name <user@example.org>")
      .optional()
      .describe("Sender of mails that name none."),
    timeoutMs: milliseconds().prefault(10_000).describe("For each step: name, connection, greeting, every answer."),
    poolSize: wholeNumber(1, 100).prefault(5).describe("Connections at once."),
    tls: tlsConfig.optional(),
    name: line().optional().describe("What the client calls itself in EHLO. Default: the machine's name."),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ["password"],
    message: "user and password come together",
  })
  .transform((config) => ({ ...config, port: config.port ?? PORTS[config.security] }));

/** What {@link smtpServerConfig} takes. */
export type SmtpServerConfig = z.input<typeof smtpServerConfig>;

function isAddress(text: string): boolean {
  try {
    return parseMailAddress("sender", text).address !== "";
  } catch {
    return false;
  }
}
