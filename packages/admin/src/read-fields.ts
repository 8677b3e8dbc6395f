import { AdminError, errorCodes, parameterError } from "./errors.js";
import { checkNames, type Fields, isRecord } from "./fields.js";

/**
 * The parameters of a request: those of its query, then those of its body, which is JSON or a form.
 * A name that occurs more than once in the query or the form has a list of its values.
 * A JSON list is the parameter `bindings`: so an export of privacyIDEA can be posted as it is.
 * Throws `AdminError` 400, 413 or 415.
 */
export async function readFields(request: Request, limit: number): Promise<Fields> {
  const query = fromPairs(new URL(request.url).searchParams);
  const text = await readText(request, limit);
  const fields = { ...query, ...(text === "" ? {} : parseBody(request, text)) };
  checkNames(fields);
  return fields;
}

function parseBody(request: Request, text: string): Fields {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return fromPairs(new URLSearchParams(text));
  if (type !== "application/json") {
    throw new AdminError(
      415,
      errorCodes.parameter,
      `The body is ${JSON.stringify(type)}; allowed: application/json, application/x-www-form-urlencoded.`,
    );
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw parameterError("The body is not JSON.");
  }
  if (Array.isArray(body)) return { bindings: body };
  if (!isRecord(body)) throw parameterError("The body is JSON, but no object.");
  return body;
}

function fromPairs(pairs: URLSearchParams): Fields {
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of pairs) {
    const present = fields[name];
    fields[name] = present === undefined ? value : Array.isArray(present) ? [...present, value] : [present, value];
  }
  return fields;
}

async function readText({ body }: Request, limit: number): Promise<string> {
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > limit) {
      throw new AdminError(413, errorCodes.parameter, `The body is longer than ${limit} bytes.`);
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw parameterError("The body is not UTF-8.");
  }
}
