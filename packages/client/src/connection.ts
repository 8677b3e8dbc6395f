import createFetchClient, { type Client as FetchClient } from "openapi-fetch";
import type { paths } from "./api-types.js";
import { ClientError, errorOf } from "./client-error.js";

/** How the client reaches the API. */
export interface ClientOptions {
  /** URL of the management API, such as `https://mfa.example.org/event`; in a browser, a path is enough. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`; a function is called before each request. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** @default the global `fetch` */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Milliseconds that an answer may take, or each piece of one that is streamed; 0: any time. @default 60_000 */
  readonly timeoutMs?: number | undefined;
}

/** Requests with types, and their answers out of the envelope. */
export interface Connection {
  readonly api: FetchClient<paths>;
  /** The value and detail of an answer. @throws {ClientError} */
  answer<R extends Success>(
    request: Promise<Answered<R>>,
  ): Promise<{ value: R["result"]["value"]; detail: R["detail"] }>;
  /** The value of an answer. @throws {ClientError} */
  value<R extends Success>(request: Promise<Answered<R>>): Promise<R["result"]["value"]>;
  /** An answer without an envelope. @throws {ClientError} */
  plain<T>(request: Promise<Answered<T>>): Promise<T>;
  /** The body of an answer as it comes. @throws {ClientError} */
  stream(request: Promise<Answered<unknown>>): AsyncIterable<string>;
  /** Milliseconds that an answer may take, or each piece of one that is streamed; 0: any time. */
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

/** Makes a connection. */
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
    throw new ClientError(0, 0, `There is no token: ${reason}`, { cause });
  }
}

/** Whether an answer has a result, as those of the API do. */
function isEnvelope(body: unknown): body is Success {
  const result = typeof body === "object" && body !== null && "result" in body ? body.result : undefined;
  return typeof result === "object" && result !== null && "value" in result;
}

/** A body that cannot be parsed is not an answer of the API. */
async function read<T>(request: Promise<Answered<T>>): Promise<Answered<T>> {
  try {
    return await request;
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw new ClientError(0, 0, "The server responded with something other than JSON.", { cause });
  }
}

const streamed = /^(text\/csv|application\/x-ndjson)/;

/** The deadline is that of a whole answer; of one that is read while it comes, of its head here, and of each piece in `textOf`. */
async function inTime(
  request: Request,
  ask: NonNullable<ClientOptions["fetch"]>,
  timeoutMs: number,
): Promise<Response> {
  if (timeoutMs === 0) return ask(request);
  const controller = new AbortController();
  const late = () => controller.abort(new Error(`there was no answer within ${timeoutMs} ms`));
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
    // who stops reading in the middle does not want the rest, and waits for nothing
    void reader.cancel().catch(() => undefined);
  }
}

/** The next piece of a body. @throws {ClientError} if the connection broke, or none came in time */
async function next(reader: ReadableStreamDefaultReader<Uint8Array>, timeoutMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    if (timeoutMs === 0) return;
    timer = setTimeout(() => reject(new Error(`nothing came for ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([reader.read(), late]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ClientError(0, 0, `The answer of the server broke off: ${reason}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
