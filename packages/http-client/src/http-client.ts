import { createHash } from "node:crypto";
import type { Dispatcher } from "undici";
import { type AddressGuardOptions, createAddressGuard } from "./address-guard.js";
import {
  type Connect,
  guardedConnector,
  type Lookup,
  permittedAddresses,
  type Reach,
  rejectOn,
  systemConnect,
  systemLookup,
  type TlsOptions,
  tlsOptions,
} from "./connector.js";
import { HttpClientError } from "./errors.js";
import { asHttpClientError } from "./failure.js";
import { dropBody, type HttpResponse, readResponse } from "./response.js";

/** Options of {@link createHttpClient}. */
export interface HttpClientOptions extends AddressGuardOptions {
  /** Cap on a whole exchange, from the look-up to the last byte, in milliseconds. Default 10000. */
  timeoutMs?: number | undefined;
  /** Cap on an answer's body, in bytes. Default 1 MiB. */
  maxResponseBytes?: number | undefined;
  /** An http or https proxy; user and password may be in the URL. Its own address is not checked. */
  proxy?: string | undefined;
  /** TLS of every request. */
  tls?: TlsOptions | undefined;
  /** Default true: connections are kept for the next request to the same origin. */
  keepAlive?: boolean | undefined;
  /** Default `bookend`. */
  userAgent?: string | undefined;
  /** The resolver. Default: the system's. */
  lookup?: Lookup | undefined;
  /** The function that opens connections. Default: the system's TCP. Not used with a proxy. */
  connect?: Connect | undefined;
}

/** A request. */
export interface HttpRequest {
  /** Default `GET`. */
  method?: string | undefined;
  url: string | URL;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | Uint8Array | undefined;
  /** Aborts the request. */
  signal?: AbortSignal | undefined;
  /** Instead of the client's, which still caps the connecting. */
  timeoutMs?: number | undefined;
  /** On top of the client's. */
  tls?: TlsOptions | undefined;
  /**
   * Resolves as soon as status and headers have come, for callers who need no more: the body, which may be endless, is not waited for and not checked, and
   * `body` of the response is empty. Default false.
   */
  discardBody?: boolean | undefined;
}

/** An HTTP client that connects only to addresses that its guard permits. */
export interface HttpClient {
  /**
   * Sends a request and reads the whole answer, whatever its status. Redirects are not followed.
   *
   * @throws {HttpClientError} one of {@link httpClientErrorCodes}
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends the connections when the running requests have ended. Later requests fail with `CLOSED`. */
  close(): Promise<void>;
}

type Undici = typeof import("undici");

/** Connections are kept apart by TLS options; this many different ones at once. */
const maxAgents = 32;

/**
 * Makes an HTTP client. Close it when it is no longer needed.
 *
 * @throws {HttpClientError} INVALID_CONFIG
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { tls = {}, keepAlive = true, userAgent = "bookend" } = options;
  const timeoutMs = positive("timeoutMs", options.timeoutMs ?? 10_000);
  const maxBytes = positive("maxResponseBytes", options.maxResponseBytes ?? 1024 * 1024);
  const proxy = options.proxy === undefined ? undefined : proxyUrl(options.proxy);
  const reach: Reach = {
    guard: createAddressGuard(options),
    lookup: options.lookup ?? systemLookup,
    connect: options.connect ?? systemConnect,
    timeoutMs,
  };
  const agents = new Map<string, Dispatcher>();
  let closed = false;

  function agentFor(undici: Undici, own: TlsOptions): Dispatcher {
    const merged = { ...tls, ...own };
    const key = createHash("sha256").update(JSON.stringify(merged)).digest("base64");
    const known = agents.get(key);
    if (known) return known;
    const agent = createAgent(undici, reach, merged, proxy, keepAlive);
    agents.set(key, agent);
    const [oldest] = agents;
    if (oldest && agents.size > maxAgents) {
      agents.delete(oldest[0]);
      void oldest[1].close();
    }
    return agent;
  }

  async function exchange(url: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    // the proxy resolves the name itself: this refuses what is refused now, and cannot tell what the proxy will find
    if (proxy) await permittedAddresses(reach, url.hostname);
    // loaded with the first request: many who make a client never send one, and it takes a sixth of the start of a short command
    const undici = await import("undici");
    signal.throwIfAborted();
    const response = await undici.request(url, {
      dispatcher: agentFor(undici, request.tls ?? {}),
      method: (request.method ?? "GET").toUpperCase() as Dispatcher.HttpMethod,
      headers: { "user-agent": userAgent, ...lowerCased(request.headers) },
      body: request.body ?? null,
      signal,
    });
    return request.discardBody === true ? dropBody(response) : readResponse(response, url.hostname, maxBytes);
  }

  return {
    async request(request) {
      if (closed) throw new HttpClientError("CLOSED", "The client is closed.");
      const url = requestUrl(request.url);
      const deadline = startDeadline(request, positive("timeoutMs", request.timeoutMs ?? timeoutMs), url.hostname);
      try {
        // undici notices an abort only once it is connected, hence the race
        return await Promise.race([exchange(url, request, deadline.signal), deadline.passed]);
      } catch (error) {
        throw asHttpClientError(error, url.hostname, proxy !== undefined);
      } finally {
        deadline.end();
      }
    },
    async close() {
      closed = true;
      await Promise.all([...agents.values()].map((agent) => agent.close()));
    },
  };
}

function createAgent(
  { Agent, ProxyAgent, buildConnector }: Undici,
  reach: Reach,
  tls: TlsOptions,
  proxy: URL | undefined,
  keepAlive: boolean,
): Dispatcher {
  // the deadline covers what undici's own timeouts would
  const common = { headersTimeout: 0, bodyTimeout: 0, pipelining: keepAlive ? 1 : 0 };
  if (!proxy) return new Agent({ ...common, connect: guardedConnector({ buildConnector }, reach, tls) });
  const proxyTls = { timeout: reach.timeoutMs };
  return new ProxyAgent({ ...common, uri: proxy.href, proxyTunnel: false, requestTls: tlsOptions(tls), proxyTls });
}

/** Aborts when the caller does or the time is up, whichever comes first. */
function startDeadline({ signal }: HttpRequest, ms: number, host: string) {
  const controller = new AbortController();
  const onAbort = () => controller.abort(new HttpClientError("ABORTED", `${host}: the request was aborted.`));
  const onTime = () => controller.abort(new HttpClientError("TIMEOUT", `${host}: no whole answer within ${ms} ms.`));
  const timer = setTimeout(onTime, ms);
  const passed = rejectOn(controller.signal, () => controller.signal.reason as HttpClientError);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    passed,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

function requestUrl(input: string | URL): URL {
  // no part of it in the message: tokens are often in the path
  if (!URL.canParse(String(input))) throw new HttpClientError("INVALID_URL", "Not an absolute URL.");
  const url = new URL(input);
  if (!isHttp(url)) throw new HttpClientError("INVALID_URL", `A URL begins with http: or https:, not ${url.protocol}`);
  if (url.username || url.password)
    throw new HttpClientError("INVALID_URL", "A URL must not hold a user or a password.");
  return url;
}

function proxyUrl(input: string): URL {
  if (URL.canParse(input) && isHttp(new URL(input))) return new URL(input);
  throw new HttpClientError("INVALID_CONFIG", "proxy: not an absolute http or https URL.");
}

function isHttp(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

function lowerCased(headers: HttpRequest["headers"] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function positive(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new HttpClientError("INVALID_CONFIG", `${field}: ${value} is not a positive whole number.`);
}
