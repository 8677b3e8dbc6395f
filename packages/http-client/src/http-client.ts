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
  /** Maximum milliseconds for a request, from the lookup to the last byte of the response. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Maximum size of a response body in bytes. Default 1 MiB. */
  maxResponseBytes?: number | undefined;
  /**
   * The URL of an http or https proxy, which can contain a user and a password. The proxy's own address is not checked.
   */
  proxy?: string | undefined;
  /** TLS options of every request. */
  tls?: TlsOptions | undefined;
  /** Whether connections are kept for the next request to the same origin. Default true. */
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
  /** Overrides the client's limit, which still applies to connecting. */
  timeoutMs?: number | undefined;
  /** Additional TLS options, which override the client's. */
  tls?: TlsOptions | undefined;
  /**
   * Whether to resolve as soon as status and headers have arrived. The body, which may be endless, is then neither
   * awaited nor checked, and `body` of the response is empty. Default false.
   */
  discardBody?: boolean | undefined;
}

/** An HTTP client that connects only to addresses that its guard permits. */
export interface HttpClient {
  /**
   * Sends a request and reads the complete response, whatever its status. Redirects are not followed.
   *
   * @throws {HttpClientError} with one of {@link httpClientErrorCodes}
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Closes the connections after the running requests have ended. Later requests fail with `CLOSED`. */
  close(): Promise<void>;
}

type Undici = typeof import("undici");

/** Maximum number of distinct TLS options in use at a time; each set has separate connections. */
const maxAgents = 32;

/**
 * Creates an HTTP client. Close it when it is no longer needed.
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
    // the proxy resolves the name itself, so this check cannot know which address the proxy will use
    if (proxy) await permittedAddresses(reach, url.hostname);
    // loaded with the first request, since many clients never send one, and short commands would start more slowly
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
  // the deadline replaces undici's own timeouts
  const common = { headersTimeout: 0, bodyTimeout: 0, pipelining: keepAlive ? 1 : 0 };
  if (!proxy) return new Agent({ ...common, connect: guardedConnector({ buildConnector }, reach, tls) });
  const proxyTls = { timeout: reach.timeoutMs };
  return new ProxyAgent({ ...common, uri: proxy.href, proxyTunnel: false, requestTls: tlsOptions(tls), proxyTls });
}

/** Creates a signal that aborts when the caller aborts or the time is up, whichever comes first. */
function startDeadline({ signal }: HttpRequest, ms: number, host: string) {
  const controller = new AbortController();
  const onAbort = () => controller.abort(new HttpClientError("ABORTED", `${host}: the request was aborted.`));
  const onTime = () =>
    controller.abort(new HttpClientError("TIMEOUT", `${host}: no complete response within ${ms} ms.`));
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
  // the message does not contain the URL, since paths often contain tokens
  if (!URL.canParse(String(input))) throw new HttpClientError("INVALID_URL", "The URL is not absolute.");
  const url = new URL(input);
  if (!isHttp(url)) {
    throw new HttpClientError("INVALID_URL", `The URL begins with ${url.protocol} instead of http: or https:.`);
  }
  if (url.username || url.password)
    throw new HttpClientError("INVALID_URL", "The URL must not contain a user or a password.");
  return url;
}

function proxyUrl(input: string): URL {
  if (URL.canParse(input) && isHttp(new URL(input))) return new URL(input);
  throw new HttpClientError("INVALID_CONFIG", "proxy: is not valid. Allowed: an absolute URL with http or https.");
}

function isHttp(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

function lowerCased(headers: HttpRequest["headers"] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function positive(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new HttpClientError(
    "INVALID_CONFIG",
    `${field}: ${value} is not valid. Allowed: an integer from 1 to ${Number.MAX_SAFE_INTEGER}.`,
  );
}
