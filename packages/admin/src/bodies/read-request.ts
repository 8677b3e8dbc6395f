import { createPauses, problemMessage } from "@bookend/core";
import type { HonoRequest } from "hono";
import { AdminError, errorCodes, parameterError } from "../errors.js";
import { checkNames, type Fields, isRecord, maxValues, readJson } from "../fields.js";
import type { AdminOptions } from "../options.js";
import { readForm } from "./read-form.js";
import { readPythonOrYaml } from "./read-python-or-yaml.js";

const mebibyte = 1024 * 1024;

/** Maximum sizes of bodies, in bytes. */
export interface BodyLimits {
  readonly bodyBytes: number;
  readonly importBytes: number;
}

/** Returns the maximum sizes of bodies for the options of an API. */
export function limitsOf({
  bodyLimit,
  importLimit,
}: Pick<AdminOptions<never>, "bodyLimit" | "importLimit">): BodyLimits {
  const bodyBytes = bodyLimit ?? mebibyte;
  return { bodyBytes, importBytes: importLimit ?? Math.max(bodyBytes, 8 * mebibyte) };
}

/** Options for reading a body. */
export interface ReadBodyOptions {
  /** Maximum size of the body in bytes. */
  readonly limit: number;
  /** `parameters`: JSON and forms. `documents`: YAML and Python literals as well. */
  readonly formats: "parameters" | "documents";
}

/** Maximum number of values in a JSON body, except in an import. */
const maxParameterValues = 10_000;

const formType = "application/x-www-form-urlencoded";
const jsonType = "application/json";
/**
 * Media types of documents other than JSON. Each of them allows both YAML and Python literals, which are distinguished
 * by their contents: Python literals do not have a registered media type.
 */
const documentTypes: ReadonlySet<string> = new Set([
  "application/yaml",
  "application/x-yaml",
  "text/yaml",
  "text/x-yaml",
  "text/vnd.yaml",
  "text/x-python",
  "application/x-python",
  "text/plain",
  "application/octet-stream",
]);

/**
 * Reads the parameters in the query of a URL.
 *
 * @throws {AdminError} 400
 */
export function readQuery(url: string): Fields {
  const start = url.indexOf("?");
  return start < 0 ? {} : readForm("query", url.slice(start + 1).replace(/#.*/s, ""));
}

/**
 * Reads the parameters in the body of a request. A JSON list becomes the parameter `bindings`, so that clients can post
 * a plain list of bindings.
 *
 * @throws {AdminError} 400, 413, 415
 */
export async function readBody(request: HonoRequest, { limit, formats }: ReadBodyOptions): Promise<Fields> {
  const pause = createPauses();
  const bytes = await request.arrayBuffer();
  await pause();
  // the middleware does not detect a body that is longer than its Content-Length
  if (bytes.byteLength > limit) {
    throw new AdminError(413, errorCodes.parameter, problemMessage("is too long", `${limit} bytes`, "body"));
  }
  if (bytes.byteLength === 0) return {};
  const text = textOf(bytes);
  await pause();
  const body = await parse(text, request.header("content-type"), formats);
  await pause();
  checkNames(body);
  await pause();
  if (Array.isArray(body)) return { bindings: body };
  if (!isRecord(body)) throw parameterError(problemMessage("is not valid", "an object, or a list of bindings", "body"));
  return body;
}

async function parse(text: string, contentType: string | undefined, formats: ReadBodyOptions["formats"]) {
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === formType) return readForm("body", text);
  if (type === jsonType) return readJson("The body", text, formats === "documents" ? maxValues : maxParameterValues);
  if (formats === "documents" && documentTypes.has(type)) return readPythonOrYaml(text);
  const allowed = [jsonType, formType, ...(formats === "documents" ? ["application/yaml", "text/x-python"] : [])];
  throw new AdminError(
    415,
    errorCodes.parameter,
    problemMessage(`The media type of the body is not supported: ${JSON.stringify(type)}`, allowed.join(", ")),
  );
}

function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw parameterError("The body is not UTF-8.");
  }
}
