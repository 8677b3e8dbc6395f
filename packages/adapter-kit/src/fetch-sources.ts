import { parseJson, problemMessage, ValueError } from "@bookend/core";
import type { ParameterSources } from "./collect-parameters.js";
import { AdapterError } from "./errors.js";
import type { ParameterLimits } from "./parameter-limits.js";
import { parseForm } from "./parse-form.js";
import { parseMultipart } from "./parse-multipart.js";
import { readBody } from "./read-limited.js";
import { refuseJsonValues } from "./refuse-json-values.js";

/** Options for reading the parameters of a WHATWG request. */
export interface FetchSourcesOptions {
  /** Maximum size of a body that has parameters, in bytes. */
  readonly bodyLimit: number;
  readonly limits: ParameterLimits;
  /** Whether the body is read. If not, only the query has parameters. */
  readonly readsBody: boolean;
  /** Returns the bytes of the body, if a framework has already read them. @default the bytes of the request */
  readonly bytes?: (() => Promise<Uint8Array<ArrayBuffer>>) | undefined;
}

/** The sources of a WHATWG request's parameters. */
export interface FetchSources extends ParameterSources {
  readonly query: Readonly<Record<string, string | string[]>>;
  /** The parsed body, written as JSON; undefined if the body was not read or is empty. */
  readonly bodyAsRead: string | undefined;
}

type Reader = (bytes: Uint8Array<ArrayBuffer>, contentType: string, limits: ParameterLimits) => unknown;

const readers: readonly { readonly type: RegExp; readonly form: boolean; readonly read: Reader }[] = [
  { type: /^\s*application\/(?:[\w.-]+\+)?json\b/i, form: false, read: readJson },
  {
    type: /^\s*application\/x-www-form-urlencoded\b/i,
    form: true,
    read: (bytes, _type, limits) => parseForm(new TextDecoder().decode(bytes), limits),
  },
  {
    type: /^\s*multipart\/form-data\b/i,
    form: true,
    read: (bytes, type, { fields }) => parseMultipart(type, bytes, { fields }),
  },
];

/**
 * Reads the query and the body of a WHATWG request without consuming the request. A body that is neither JSON nor a
 * form is not read.
 *
 * @throws {AdapterError} BODY_INVALID, BODY_TOO_LARGE, TOO_MANY_PARAMETERS
 */
export async function readFetchSources(request: Request, options: FetchSourcesOptions): Promise<FetchSources> {
  const { bodyLimit, limits, readsBody, bytes } = options;
  const query = parseForm(new URL(request.url).search.slice(1), limits);
  const contentType = request.headers.get("content-type") ?? "";
  const reader = readers.find(({ type }) => type.test(contentType));
  if (!readsBody || !reader || request.method === "GET" || request.method === "HEAD") {
    return { query, bodyAsRead: undefined };
  }
  const read = await (bytes?.() ?? readBody(request, bodyLimit));
  if (read.byteLength > bodyLimit) {
    throw new AdapterError("BODY_TOO_LARGE", problemMessage("is too long", `${bodyLimit} bytes`, "body"), 413);
  }
  // some clients send a content type without a body
  const body = read.byteLength === 0 ? undefined : await reader.read(read, contentType, limits);
  return { query, body, form: reader.form, bodyAsRead: JSON.stringify(body) };
}

/**
 * Returns the request with changed parameters in its query and its body; the same request if neither changed.
 *
 * @param read The sources as they were read.
 */
export function writeFetchRequest<R extends Request>(request: R, read: FetchSources, changed: ParameterSources): R {
  const isSameBody = JSON.stringify(changed.body) === read.bodyAsRead;
  if (changed.query === read.query && isSameBody) return request;
  const url = new URL(request.url);
  if (changed.query !== read.query) url.search = String(formOf(changed.query));
  const headers = new Headers(request.headers);
  if (!isSameBody) headers.delete("content-length");
  const init: RequestInit & { readonly duplex: "half" } = {
    method: request.method,
    headers,
    signal: request.signal,
    body: isSameBody ? request.body : bodyOf(changed, headers),
    duplex: "half",
  };
  return copyOf(request, url.href, init);
}

/**
 * Returns a copy of the request of the same class (such as `NextRequest`) if its constructor accepts the arguments of
 * `Request`; otherwise a plain `Request`.
 */
function copyOf<R extends Request>(request: R, url: string, init: RequestInit): R {
  const Class = request.constructor as typeof Request;
  try {
    const copy = new Class(url, init);
    if (copy.url === url && copy.method === request.method) return copy as R;
  } catch {
    // a class with a different constructor
  }
  return new Request(url, init) as R;
}

function bodyOf({ body, form }: ParameterSources, headers: Headers): string | URLSearchParams | null {
  if (body === undefined) return null;
  if (!form) return JSON.stringify(body);
  // there is no file among the fields, so a multipart form can be written as a URL-encoded one
  headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
  return formOf(body);
}

function formOf(values: unknown): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) form.append(name, textOf(item));
  }
  return form;
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}

function readJson(bytes: Uint8Array, _contentType: string, limits: ParameterLimits): unknown {
  const text = new TextDecoder().decode(bytes);
  refuseJsonValues(text, limits);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof ValueError) throw new AdapterError("BODY_INVALID", `body: ${error.message}`, 400);
    throw error;
  }
}
