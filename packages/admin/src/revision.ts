import type { Binding } from "@bookend/core";
import { type Fields, wrong } from "./fields.js";

const allowed = "an integer, as in the binding's field revision or its ETag";

/** Returns the header `ETag`, which contains the revision of a binding. */
export function tagOf({ revision }: Binding): Readonly<Record<string, string>> {
  return { etag: `"${revision}"` };
}

/**
 * Returns the revision that a change is based on, from the parameter `revision` or the header `If-Match`. Undefined if
 * the request contains neither.
 *
 * @throws {AdminError} 400
 */
export function revisionOf(fields: Fields, ifMatch: string | undefined): number | undefined {
  const field = fromField(fields.revision);
  const header = fromHeader(ifMatch);
  if (field !== undefined && header !== undefined && field !== header) {
    throw wrong("If-Match", ifMatch, `the revision in the parameter revision, ${field}`);
  }
  return field ?? header;
}

function fromField(value: unknown): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0)
    throw wrong("revision", value, allowed);
  return number;
}

function fromHeader(header: string | undefined): number | undefined {
  const tag = header?.trim();
  if (tag === undefined || tag === "" || tag === "*") return undefined;
  const [, digits] = /^(?:W\/)?"?(\d{1,15})"?$/.exec(tag) ?? [];
  if (digits === undefined) throw wrong("If-Match", header, allowed);
  return Number(digits);
}
