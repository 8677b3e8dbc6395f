import { AdapterError } from "./errors.js";
import { defaultParameterLimits, type ParameterLimits } from "./parameter-limits.js";
import { groupFields, refuseFields } from "./parse-form.js";

/**
 * Reads `multipart/form-data` without files: a name that occurs more than once has a list of its values, in their order.
 * Parts are counted before they are read; the time it takes grows with the length of the form.
 *
 * @param contentType The header, which names the boundary.
 * @throws {AdapterError} TOO_MANY_PARAMETERS
 * @throws {AdapterError} BODY_INVALID for a body that is not a form, and for one with a file
 */
export async function parseMultipart(
  contentType: string,
  body: Uint8Array<ArrayBuffer>,
  { fields }: Pick<ParameterLimits, "fields"> = defaultParameterLimits,
): Promise<Record<string, string | string[]>> {
  // besides those of its parts, a form has a boundary at its end
  refuseFields("form", countBoundaries(contentType, body, fields + 2) - 1, fields);
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData().catch(() => undefined);
  if (!form) throw new AdapterError("BODY_INVALID", "body: is not a valid multipart form.", 400);
  const values: [name: string, value: string][] = [];
  for (const [name, value] of form) {
    if (typeof value !== "string") throw new AdapterError("BODY_INVALID", "body: files are not accepted.", 400);
    values.push([name, value]);
  }
  return groupFields(values);
}

/** Counts no further than the limit. */
function countBoundaries(contentType: string, bytes: Uint8Array<ArrayBuffer>, limit: number): number {
  const named = /boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType);
  const boundary = `--${named?.[1] ?? named?.[2] ?? ""}`;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = body.indexOf(boundary); at !== -1 && count < limit; at = body.indexOf(boundary, at + boundary.length)) {
    count += 1;
  }
  return count;
}
