import type { Call, JsonValue } from "@bookend/core";

/** The response's JSON object; undefined if its body is something else. */
export function responseDocument(call: Call): Record<string, JsonValue> | undefined {
  const body = call.response?.body;
  if (typeof body !== "object" || body === null || Array.isArray(body) || isOpaque(body)) return undefined;
  return body as Record<string, JsonValue>;
}

/** Whether a body is an object of JavaScript but none of JSON: a buffer, a stream. */
function isOpaque(body: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(body);
  return prototype !== Object.prototype && prototype !== null;
}
