import { AdapterError, defaultParameterLimits, groupFields } from "@bookend/adapter-kit";
import { parameterError } from "@bookend/mfa";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** Reads JSON and multipart forms as clients send them; other forms are read by the adapter. */
export function acceptBodies(app: FastifyInstance): void {
  app.addContentTypeParser("application/json", { parseAs: "string" }, async (_: FastifyRequest, body: string) =>
    parseJson(body),
  );
  // privacyIDEA's PHP client posts its parameters so
  app.addContentTypeParser("multipart/form-data", { parseAs: "buffer" }, (request: FastifyRequest, body: Buffer) =>
    parseMultipart(request.headers["content-type"] ?? "", body),
  );
}

function parseJson(body: string): unknown {
  // clients name the type of a body that they do not send
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw parameterError("The body is not JSON.");
  }
}

/** The fields of a multipart form. Files are refused. Parts are counted before they are read. */
async function parseMultipart(contentType: string, body: Buffer): Promise<Record<string, unknown>> {
  const { fields } = defaultParameterLimits;
  // beside those of its parts, a form has a boundary at its end
  if (countBoundaries(contentType, body, fields + 2) > fields + 1) {
    throw new AdapterError("TOO_MANY_PARAMETERS", `form: more than ${fields} fields. Allowed: ${fields}.`, 413);
  }
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData().catch(() => undefined);
  if (!form) throw parameterError("The body is not a multipart form.");
  for (const [, value] of form) if (typeof value !== "string") throw parameterError("Files are not accepted.");
  return groupFields(form);
}

/** Counts no further than the limit. */
function countBoundaries(contentType: string, body: Buffer, limit: number): number {
  const named = /boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType);
  const boundary = `--${named?.[1] ?? named?.[2] ?? ""}`;
  let count = 0;
  for (let at = body.indexOf(boundary); at !== -1 && count < limit; at = body.indexOf(boundary, at + boundary.length)) {
    count += 1;
  }
  return count;
}
