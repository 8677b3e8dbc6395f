import { describeError } from "./describe-error.js";

/** Names of parameters, headers and options whose values are secret wherever they appear, in lower case. */
const secretNames: ReadonlySet<string> = new Set([
  "pass",
  "password",
  "pin",
  "otppin",
  "otpkey",
  "otp",
  "otp1",
  "otp2",
  "registrationcode",
  "googleurl",
  "token",
  "secret",
  "authorization",
  "pi-authorization",
  "cookie",
  "set-cookie",
]);

/**
 * Maximum nesting of objects and arrays in the fields of a log line; deeper ones are replaced by `(object)` and
 * `(array)`.
 */
const maxDepth = 8;

/**
 * Returns a copy of a log line's fields in which every value with the name of a secret is `***`, and every error is
 * replaced by its class, code and origin. Pino's own redaction is not used: it copies the whole line once for each place
 * where a secret may be, which caused half of a call's allocations.
 */
export function hideSecrets(fields: object): Record<string, unknown> {
  try {
    return hideIn(fields, []);
  } catch {
    // a getter or `toJSON` of a logged value threw, which must not make the call fail
    return { fields: "(unreadable)" };
  }
}

function hideIn(fields: object, above: readonly object[]): Record<string, unknown> {
  const within = [...above, fields];
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSecret(name, value) ? "***" : hide(value, within)]),
  );
}

const isSecret = (name: string, value: unknown) => value !== undefined && secretNames.has(name.toLowerCase());

function hide(value: unknown, above: readonly object[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (above.includes(value)) return "(circular)";
  if (above.length === maxDepth) return Array.isArray(value) ? "(array)" : "(object)";
  if ("toJSON" in value && typeof value.toJSON === "function") return hide(value.toJSON(), [...above, value]);
  if (Array.isArray(value)) return value.map((item) => hide(item, [...above, value]));
  return hideIn(value, above);
}
