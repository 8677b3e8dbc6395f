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

/** The fields of a multipart form. Files are refused. */
async function parseMultipart(contentType: string, body: Buffer): Promise<Record<string, unknown>> {
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData().catch(() => undefined);
  if (!form) throw parameterError("The body is not a multipart form.");
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of form) {
    if (typeof value !== "string") throw parameterError("Files are not accepted.");
    const former = fields.get(name);
    fields.set(name, former === undefined ? value : [former, value].flat());
  }
  return Object.fromEntries(fields);
}
