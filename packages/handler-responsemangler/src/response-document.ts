import type { Call, JsonValue } from "@bookend/core";
import { parentOf } from "./json-pointer.js";

/** The kinds of response bodies, for JSON pointers. */
export type ResponseDocument =
  | { readonly kind: "json"; readonly document: JsonValue }
  /** There is no body. */
  | { readonly kind: "empty" }
  /** A string, a buffer, a stream: what is in it cannot be seen. */
  | { readonly kind: "other" };

/** Statuses whose responses have no body. */
const bodiless: ReadonlySet<number | undefined> = new Set([204, 205, 304]);

/** Returns the JSON document of a call's response. */
export function responseDocument({ response }: Call): ResponseDocument {
  const body = response?.body;
  if (body === undefined || body === "" || bodiless.has(response?.status)) return { kind: "empty" };
  if (typeof body === "string" || parentOf(body) === "opaque") return { kind: "other" };
  return { kind: "json", document: body as JsonValue };
}
