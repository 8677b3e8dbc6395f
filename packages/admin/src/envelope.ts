import packageJson from "../package.json" with { type: "json" };
import type { AdminError } from "./errors.js";
import type { EnvelopeOptions } from "./options.js";

/** The result of an operation, with its details. */
export interface Result {
  readonly value: unknown;
  readonly detail?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Wraps results and errors in the response format that privacyIDEA's clients expect. */
export interface Envelope {
  success(result: Result): Response;
  failure(error: AdminError): Response;
}

/** Headers of every response: caches must not store the response, and browsers must not guess its type. */
export const protectiveHeaders = { "cache-control": "no-store", "x-content-type-options": "nosniff" } as const;

/** Creates an envelope. */
export function createEnvelope(options: EnvelopeOptions = {}): Envelope {
  const {
    versionNumber = packageJson.version,
    version = `Bookend ${versionNumber}`,
    clock = () => new Date(),
  } = options;
  const respond = (
    status: number,
    result: object,
    detail: object | null,
    headers?: Readonly<Record<string, string>>,
  ) => {
    const time = clock().getTime() / 1000;
    const body = { jsonrpc: "2.0", id: 1, result, detail, time, version, versionnumber: versionNumber };
    return new Response(JSON.stringify(body, plain), {
      status,
      headers: { "content-type": "application/json", ...protectiveHeaders, ...headers },
    });
  };
  return {
    success: ({ value, detail = {}, headers }) => respond(200, { status: true, value }, detail, headers),
    failure: ({ status, code, message, detail, headers }) =>
      respond(status, { status: false, error: { code, message: `ERR${code}: ${message}` } }, detail, headers),
  };
}

/** Converts values that conditions can see but JSON cannot represent: sets, maps and bigints. */
function plain(_name: string, value: unknown): unknown {
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return Object.fromEntries(value);
  return typeof value === "bigint" ? String(value) : value;
}
