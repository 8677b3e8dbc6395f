import type { Call, CallField } from "../contracts/call.js";
import { type ConditionDefinition, defineCondition } from "../definitions/condition.js";
import { valueAtPath } from "../internal/path.js";
import { scalar } from "../internal/scalar.js";
import { type FieldComparison, type FieldKey, fieldComparison, listedFieldIndex } from "../values/field-comparison.js";
import { statusSet } from "../values/status-set.js";

/**
 * Maximum number of entries in a list that is compared: the value of a longer list is unknown, since callers decide its
 * length.
 */
const maxEntries = 100;

/** Maximum length of a string that is compared, in UTF-16 code units: the value of a longer string is unknown. */
const maxFieldLength = 10_000;

/** The status of the response. */
export const httpStatus = defineCondition({
  name: "http_status",
  group: "general",
  description: "The HTTP status of the response is one of these: 404, 4xx, 400-499, >=500.",
  value: statusSet(),
  positions: ["post"],
  asksAboutFailure: true,
  fulfilledAfter: ({ onlyFailures }) => (onlyFailures ? "failure" : undefined),
  actual: ({ call }) => call.response?.status,
  matches: (statuses, status) => statuses.has(status),
});

/** A parameter of the request, or the value at a JSON pointer in its parameters. */
export const parameter = callField({
  name: "parameter",
  description:
    "A parameter of the call fulfills this comparison, such as amount > 100. The name can be a JSON pointer, such as /order/amount.",
  key: "name",
  part: "parameters",
  read: ({ request }) => request.parameters,
});

/** A field of the response's body. */
export const response = callField({
  name: "response",
  description:
    "A field of the response fulfills this comparison, such as order.amount > 100. Its path can be a JSON pointer, such as /order/amount.",
  key: "dotted path",
  part: "response",
  positions: ["post"],
  asksAboutFailure: true,
  read: (call) => call.response?.body,
});

/** A header of the request. */
export const header = callField({
  name: "header",
  description: "A header of the request fulfills this comparison, such as x-app-version >= 2.",
  key: "header",
  part: "headers",
  read: ({ request }) => request.headers,
});

interface FieldCondition extends Pick<ConditionDefinition<FieldComparison, unknown>, "name" | "description"> {
  readonly key: FieldKey;
  readonly part: CallField["in"];
  readonly positions?: readonly ["post"];
  readonly asksAboutFailure?: true;
  read(call: Call): unknown;
}

function callField({ key, part, read, ...about }: FieldCondition) {
  return defineCondition({
    ...about,
    group: "general",
    value: fieldComparison(key),
    reads: ({ path }) => [{ in: part, path }],
    actual: ({ call }, wanted): string | readonly string[] | undefined =>
      comparableValue(wanted, valueAtPath(read(call), wanted.path)),
    matches: (wanted, field, facts) =>
      typeof field === "string" ? wanted.test(field, facts) : field.some((entry) => wanted.test(entry, facts)),
    index: listedFieldIndex,
  });
}

/**
 * Returns the part of a JSON value that can be compared: the string of a scalar, or the strings of a list's entries,
 * which are none for an empty list. Undefined, for an unknown value, if nothing in it can be compared.
 */
function comparableValue(wanted: FieldComparison, value: unknown): string | readonly string[] | undefined {
  if (!Array.isArray(value)) return comparableScalar(wanted, value);
  if (value.length > maxEntries) return undefined;
  const entries = value.map((entry) => comparableScalar(wanted, entry)).filter((entry) => entry !== undefined);
  return entries.length > 0 || value.length === 0 ? entries : undefined;
}

function comparableScalar(wanted: FieldComparison, value: unknown): string | undefined {
  const field = scalar(value);
  return field !== undefined && field.length <= maxFieldLength && wanted.canCompare(field) ? field : undefined;
}
