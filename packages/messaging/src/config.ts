import { z } from "zod";
import { MessagingError } from "./errors.js";

/** Creates the schema of a whole number, or its string form as stored by privacyIDEA. */
export function wholeNumber(min: number, max: number): z.ZodType<number, number | string> {
  const read = (value: unknown) =>
    typeof value === "string" && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  return z.preprocess(read, z.int().min(min).max(max)) as z.ZodType<number, number | string>;
}

/** Creates the schema of a boolean, or its string form as stored by privacyIDEA. */
export function flag(): z.ZodType<boolean, boolean | string> {
  const read = (value: unknown) => {
    const text = String(value).toLowerCase();
    if (text === "true" || text === "1") return true;
    return text === "false" || text === "0" ? false : value;
  };
  return z.preprocess(read, z.boolean()) as z.ZodType<boolean, boolean | string>;
}

/** Creates the schema of a single-line string of 1 to `max` characters, without control characters. */
export function line(max = 255) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, "must not contain control characters");
}

/** Creates the schema of a password or similar secret, which readers of the schema show as `***`. */
export function secret() {
  return z.string().meta({ "x-secret": true });
}

/** Creates the schema of a duration in milliseconds, from 1 to 3,600,000 (one hour). */
export function milliseconds() {
  return wholeNumber(1, 3_600_000);
}

/**
 * Creates the schema of the milliseconds that a message may take from the moment it is submitted, including its wait in
 * a queue.
 */
export function deadline(byDefault: number) {
  return milliseconds()
    .prefault(byDefault)
    .describe("Time from the moment a message is submitted, including its wait in the queue. After that, it fails.");
}

/** TLS options for connections to a server. */
export const tlsConfig = z.strictObject({
  ca: z.string().optional().describe("Certificates to trust instead of the system's, in PEM."),
  rejectUnauthorized: flag().prefault(true).describe("When off, any certificate is accepted."),
  servername: line().optional().describe("Name to check in the certificate, if it is not the host."),
});

/** Converts the options of {@link tlsConfig} to the form that Node.js accepts. */
export function tlsOptions(config: z.output<typeof tlsConfig> | undefined) {
  const { ca, servername, rejectUnauthorized = true } = config ?? {};
  return { rejectUnauthorized, ...(ca && { ca }), ...(servername && { servername }), minVersion: "TLSv1.2" as const };
}

/**
 * Parses a configuration. Messages name the field and what is allowed, but never a value, which may be a secret.
 *
 * @throws {MessagingError} INVALID_CONFIG
 */
export function parseConfig<S extends z.ZodType>(schema: S, config: unknown): z.output<S> {
  const parsed = schema.safeParse(config, { reportInput: false });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "configuration"}: ${message}`);
  throw new MessagingError("INVALID_CONFIG", faults.join("; "));
}
