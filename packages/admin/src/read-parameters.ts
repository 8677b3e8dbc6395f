import { readInstant } from "@bookend/core";
import { z } from "zod";
import { flagOf } from "./binding-fields.js";
import { type Fields, fromJson, refuseUnknown, wrong } from "./fields.js";

/** Schemas of a route's parameters by name. They also parse the strings of a query or a form. */
export type ParameterSchema = z.ZodObject;

/**
 * Parses the parameters that a schema describes; null counts as not given.
 *
 * @throws {AdminError} 400 for a parameter that the schema does not have, or a value that it refuses
 */
export function readParameters<S extends ParameterSchema>(schema: S, fields: Fields): z.output<S> {
  refuseUnknown(fields, Object.keys(schema.shape));
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  const result = schema.safeParse(given, { error: allowedIn, reportInput: true });
  if (result.success) {
    refuseReversed(result.data);
    return result.data;
  }
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  // the entries of a list that was sent as one string are not in `given`, but the issue contains them
  throw wrong(path.join("."), valueAt(given, path) ?? issue?.input, issue?.message ?? "another value");
}

/** @throws {AdminError} 400 for a period that ends before it begins */
export function refuseReversed({ from, to }: { readonly from?: unknown; readonly to?: unknown }): void {
  if (!(from instanceof Date && to instanceof Date) || to >= from) return;
  throw wrong("to", to.toISOString(), `a time that is not before from, ${from.toISOString()}`);
}

/** Describes the allowed values for a schema that does not have an error message. */
function allowedIn(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `${/^[aeio]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "invalid_value":
      return issue.values.map(String).join(", ");
    case "unrecognized_keys":
      return `no field ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    case "too_small":
      return `at least ${issue.minimum}`;
    default:
      return issue.message ?? "another value";
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

/** Returns whether a string contains NUL or a lone surrogate, which databases cannot store. */
export function isUnstorable(value: string): boolean {
  return /[\0\p{Surrogate}]/u.test(value);
}

/** Creates the schema of an integer from `least` to `most`, or of its decimal digits as a string. */
export function integerParameter(least: number, most: number) {
  const error = `an integer from ${least} to ${most}`;
  return z.preprocess(
    (value) => (typeof value === "string" && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : value),
    z.int({ error }).min(least, { error }).max(most, { error }),
  );
}

/** Creates the schema of a boolean, or of a string or number that represents one: `True`, `1`, … */
export function flagParameter() {
  return z.preprocess(flagOf, z.boolean({ error: "true, false" }));
}

/** Creates the schema of a string of 1 to `longest` characters that databases can store. */
export function textParameter(longest = 1_000) {
  const error = `a string of 1 to ${longest} characters`;
  return z
    .string({ error })
    .min(1, { error })
    .max(longest, { error })
    .refine((value) => !isUnstorable(value), { error: "a string without NUL and without lone surrogates" });
}

/** Creates the schema of a string that must be one of `values`. */
export function choiceParameter<const V extends readonly [string, ...string[]]>(values: V) {
  return z.enum(values, { error: values.join(", ") });
}

const instantError = "a time in ISO 8601, such as 2026-03-15T09:00:00Z";

/** Creates the schema of a time in ISO 8601. */
export function instantParameter() {
  return z
    .string({ error: instantError })
    .meta({ format: "date-time" })
    .transform((value, context) => {
      const milliseconds = readInstant(value);
      if (milliseconds !== undefined) return new Date(milliseconds);
      context.addIssue({ code: "custom", message: instantError });
      return z.NEVER;
    });
}

/** Creates the schema of an object, or of the JSON of one. */
export function objectParameter(name: string) {
  const error = "an object, or the JSON of one";
  return z.preprocess((value) => fromJson(value, name), z.record(z.string(), z.unknown(), { error }));
}

/**
 * Creates the schema of a list whose entries have the schema `entry`, or of the JSON of such a list. In a query or
 * form, a single entry or several entries separated by commas are allowed as well.
 */
export function listParameter<S extends z.ZodType>(name: string, entry: S, most: number) {
  const error = `a list of up to ${most}`;
  return z.preprocess(
    (value) => {
      const list = fromJson(value, name);
      return typeof list === "string" ? list.split(",").map((part) => part.trim()) : list;
    },
    z.array(entry, { error }).max(most, { error }),
  );
}

/** Creates the schema of the id of a binding. */
export function idParameter() {
  return integerParameter(1, Number.MAX_SAFE_INTEGER);
}
