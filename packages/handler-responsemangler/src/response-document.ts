import type { Call, JsonValue } from "@bookend/core";
import { parentOf } from "./json-pointer.js";

/** The body of a response, as far as a JSON pointer can be followed into it. */
export type ResponseDocument =
  | { readonly kind: "json"; readonly document: JsonValue }
  /** There is no body. */
  | { readonly kind: "empty" }
  /** A string, a buffer or a stream, whose contents a JSON pointer cannot reach. */
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
