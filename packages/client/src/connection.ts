import createFetchClient, { type Client as FetchClient } from "openapi-fetch";
import type { paths } from "./api-types.js";
import { ClientError, errorOf } from "./client-error.js";

/** Options of the connection to the API. */
export interface ClientOptions {
  /** URL of the management API, such as `https://mfa.example.org/event`; in a browser, a path is sufficient. */
  readonly baseUrl: string;
  /** Token for `Authorization: Bearer …`. A function is called before each request. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Additional headers of each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** @default the global `fetch` */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Maximum milliseconds for a response, or for each piece of a streamed response. 0: no limit. @default 60_000 */
  readonly timeoutMs?: number | undefined;
}

/** Sends typed requests and unwraps the envelopes of their responses. */
export interface Connection {
  readonly api: FetchClient<paths>;
  /** Returns the value and detail of a response. @throws {ClientError} */
  answer<R extends Success>(
    request: Promise<Answered<R>>,
  ): Promise<{ value: R["result"]["value"]; detail: R["detail"] }>;
  /** Returns the value of a response. @throws {ClientError} */
  value<R extends Success>(request: Promise<Answered<R>>): Promise<R["result"]["value"]>;
  /** Returns a response without an envelope. @throws {ClientError} */
  plain<T>(request: Promise<Answered<T>>): Promise<T>;
  /** Yields the body of a response as it arrives. @throws {ClientError} */
  stream(request: Promise<Answered<unknown>>): AsyncIterable<string>;
  /** Maximum milliseconds for a response, or for each piece of a streamed response. 0: no limit. */
  readonly timeoutMs: number;
}

/** The envelope of a success. */
interface Success {
  readonly result: { readonly value: unknown };
  readonly detail: unknown;
}

/** The result of openapi-fetch. */
interface Answered<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** Creates a connection. */
export function connect({
  baseUrl,
  token,
  headers,
  fetch: ask = (request) => fetch(request),
  timeoutMs = 60_000,
}: ClientOptions): Connection {
  const api = createFetchClient<paths>({
    baseUrl: baseUrl.replace(/\/+$/, ""),
    ...(headers && { headers }),
    async fetch(request: Request) {
      try {
        return await inTime(request, ask, timeoutMs);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new ClientError(0, 0, `The server cannot be reached: ${reason}`, { cause });
      }
    },
  });
  if (token !== undefined) {
    api.use({
      async onRequest({ request }) {
        request.headers.set("authorization", `Bearer ${await tokenOf(token)}`);
        return request;
      },
    });
  }
  const plain = async <T>(request: Promise<Answered<T>>): Promise<T> => {
    const { data, error, response } = await read(request);
    if (data === undefined) throw errorOf(response.status, error);
    return data;
  };
  const answer = async <R extends Success>(request: Promise<Answered<R>>) => {
    const body: unknown = await plain(request);
    if (!isEnvelope(body)) throw new ClientError(0, 0, "The server responded with something other than an envelope.");
    return body as R;
  };
  return {
    api,
    plain,
    timeoutMs,
    async answer(request) {
      const { result, detail } = await answer(request);
      return { value: result.value, detail };
    },
    value: async (request) => (await answer(request)).result.value,
    async *stream(request) {
      const { data, error, response } = await read(request);
      if (!response.ok) throw errorOf(response.status, error);
      yield* textOf(data, timeoutMs);
    },
  };
}

async function tokenOf(token: NonNullable<ClientOptions["token"]>): Promise<string> {
  if (typeof token === "string") return token;
  try {
    return await token();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ClientError(0, 0, `The token could not be obtained: ${reason}`, { cause });
  }
}

/** Returns whether a response contains a result, like those of the API. */
function isEnvelope(body: unknown): body is Success {
  const result = typeof body === "object" && body !== null && "result" in body ? body.result : undefined;
  return typeof result === "object" && result !== null && "value" in result;
}

/** Rejects a body that cannot be parsed, since it does not come from the API. */
async function read<T>(request: Promise<Answered<T>>): Promise<Answered<T>> {
  try {
    return await request;
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw new ClientError(0, 0, "The server responded with something other than JSON.", { cause });
  }
}

const streamed = /^(text\/csv|application\/x-ndjson)/;

/**
 * Applies the time limit to a request and its complete response. For a streamed response, this function applies it to
 * the headers, and `textOf` to each piece.
 */
async function inTime(
  request: Request,
  ask: NonNullable<ClientOptions["fetch"]>,
  timeoutMs: number,
): Promise<Response> {
  if (timeoutMs === 0) return ask(request);
  const controller = new AbortController();
  const late = () => controller.abort(new Error(`there was no response within ${timeoutMs} ms`));
  const timer = setTimeout(late, timeoutMs);
  try {
    const response = await ask(new Request(request, { signal: AbortSignal.any([request.signal, controller.signal]) }));
    if (response.ok && streamed.test(response.headers.get("content-type") ?? "")) return response;
    const { status, headers } = response;
    return new Response(await response.arrayBuffer(), { status, headers });
  } finally {
    clearTimeout(timer);
  }
}

async function* textOf(body: unknown, timeoutMs: number): AsyncGenerator<string, void, undefined> {
  if (!(body instanceof ReadableStream)) return;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  try {
    for (let piece = await next(reader, timeoutMs); !piece.done; piece = await next(reader, timeoutMs)) {
      yield decoder.decode(piece.value, { stream: true });
    }
    const rest = decoder.decode();
    if (rest !== "") yield rest;
  } finally {
    // a reader that stops early does not need the rest
    void reader.cancel().catch(() => undefined);
  }
}

/**
 * Reads the next piece of a body. @throws {ClientError} if the connection was lost, or the piece did not arrive in time
 */
async function next(reader: ReadableStreamDefaultReader<Uint8Array>, timeoutMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    if (timeoutMs === 0) return;
    timer = setTimeout(() => reject(new Error(`no data arrived for ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([reader.read(), late]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ClientError(0, 0, `The server's response was incomplete: ${reason}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
