import { readFileSync } from "node:fs";
import { Agent, fetch } from "undici";
import { CliError, usageError } from "../cli-error.js";
import { problemMessage } from "../problem-message.js";
import { apiTarget } from "./api-target.js";
import type { Target } from "./target.js";
import { failureOf, openEnvelope } from "./transport.js";

/** The connection to a server. */
export interface ServerOptions {
  readonly url: string;
  readonly token: string | undefined;
  /** File with additional trusted certificates, in PEM. */
  readonly ca: string | undefined;
  /** Maximum milliseconds until the response begins, and between its parts. */
  readonly timeoutMs: number;
  readonly clock: () => Date;
}

/**
 * Connects to a server by its URL.
 *
 * @throws {CliError} for a URL or a file that cannot be used, and for a login that has expired
 */
export function serverTarget({ url, token, ca, timeoutMs, clock }: ServerOptions): Target {
  const base = baseOf(url);
  const { send, close } = createSender({ url, ca, timeoutMs });
  // other characters cannot be sent in a header
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new CliError(
      "notAllowed",
      problemMessage(`The token for ${base} is not valid`, "one line of ASCII characters without spaces"),
    );
  }
  const expiry = token === undefined ? undefined : expiryOf(token);
  if (expiry !== undefined && expiry <= clock()) {
    throw new CliError(
      "notAllowed",
      `The login at ${base} expired at ${expiry.toISOString()}. Log in again with: bookend login --url ${base}`,
    );
  }
  return {
    ...apiTarget({ label: base, baseUrl: `${base}/event`, token, send, close }),
    async host(method, path, body) {
      const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
      if (body !== undefined) headers.set("content-type", "application/json");
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      try {
        return (await openEnvelope(await send(new Request(`${base}/${path}`, init)))).value;
      } catch (error) {
        throw failureOf(error, base);
      }
    },
  };
}

/**
 * Returns the URL of a server without a trailing slash and without the base path of the API.
 *
 * @throws {CliError} if it is not an http or https URL, or contains a user, a query or a fragment
 */
export function baseOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw usageError(
      problemMessage(`${JSON.stringify(url)} is not valid`, "a URL such as https://mfa.example.com", "--url"),
    );
  }
  const { protocol, username, password, search, hash, origin, pathname } = parsed;
  if ((protocol !== "https:" && protocol !== "http:") || username + password + search + hash !== "") {
    throw usageError(
      problemMessage(
        `${JSON.stringify(origin)} is not valid`,
        "an http or https URL without a user, a query or a fragment",
        "--url",
      ),
    );
  }
  return origin + pathname.replace(/\/+$/, "").replace(/\/event$/, "");
}

/**
 * Returns a function that sends requests to a server, and fails with an understandable error if a request cannot be
 * sent; and a function that closes the connections.
 */
export function createSender({ url, ca, timeoutMs }: Pick<ServerOptions, "url" | "ca" | "timeoutMs">) {
  const base = baseOf(url);
  const agent = new Agent({
    connect: { timeout: timeoutMs, ...(ca !== undefined && { ca: certificatesOf(ca) }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    async send(request: Request): Promise<Response> {
      const { url: address, method, headers, signal } = request;
      // the undici package, which is needed for certificates, does not accept `Request` objects of Node.js
      const body = request.body === null ? undefined : await request.text();
      try {
        const init = { method, headers: Object.fromEntries(headers), signal, ...(body !== undefined && { body }) };
        // redirects are not followed, since the token is for this server only
        const response = await fetch(address, { ...init, redirect: "manual", dispatcher: agent });
        const location = response.headers.get("location");
        if (response.status >= 300 && response.status < 400 && location !== null) {
          await response.body?.cancel();
          throw redirected(base, address, location);
        }
        return limited(response as unknown as Response, base, timeoutMs);
      } catch (error) {
        throw unreachable(base, error, timeoutMs);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Maximum bytes of a response, many times more than any command needs. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** Returns a response whose body has a maximum length, and fails with an understandable error. */
function limited(response: Response, base: string, timeoutMs: number): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        bytes += value.byteLength;
        if (bytes > maxAnswerBytes) {
          throw new CliError("failed", `The response of ${base} is longer than ${maxAnswerBytes} bytes.`);
        }
        controller.enqueue(value);
      } catch (error) {
        controller.error(unreachable(base, error, timeoutMs));
        await reader.cancel().catch(() => undefined);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers: Object.fromEntries(headers) });
}

function redirected(base: string, address: string, location: string): CliError {
  const target = URL.canParse(location, address) ? new URL(location, address).origin : undefined;
  const where = target === undefined || target === new URL(base).origin ? "another path" : target;
  return new CliError(
    "failed",
    problemMessage(
      `${base} redirects to ${where}, which is not followed`,
      "the URL at which the server responds without a redirect",
    ),
  );
}

function certificatesOf(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  } catch {
    // reported below
  }
  throw usageError(problemMessage(`${JSON.stringify(file)} cannot be used`, "a file with certificates in PEM", "--ca"));
}

/** Error codes for certificates that are not trusted, with their meaning. */
const certificateCodes: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its chain ends in a self-signed certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its issuer is not known",
  UNABLE_TO_GET_ISSUER_CERT: "its issuer is not known",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its issuer is not known",
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for a different name",
};

function unreachable(base: string, error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof Error) || error instanceof CliError) return error;
  const cause = error.cause ?? error;
  const { code = "", message = "" } = cause as NodeJS.ErrnoException;
  const reason = certificateCodes[code];
  if (reason !== undefined) {
    return new CliError(
      "serverAway",
      `The certificate of ${base} is not trusted: ${reason} (${code}). Trust its issuer with --ca FILE, or in NODE_EXTRA_CA_CERTS.`,
    );
  }
  const why: Readonly<Record<string, string>> = {
    ECONNREFUSED: "no server is listening there",
    ENOTFOUND: "its name does not exist",
    EAI_AGAIN: "its name cannot be resolved at the moment",
    UND_ERR_CONNECT_TIMEOUT: `there was no connection within ${timeoutMs} ms`,
    UND_ERR_HEADERS_TIMEOUT: `it did not respond within ${timeoutMs} ms`,
    UND_ERR_BODY_TIMEOUT: `it stopped responding for ${timeoutMs} ms`,
    ECONNRESET: "the connection was closed",
    UND_ERR_SOCKET: "the connection was closed",
  };
  const known =
    why[code] ??
    (cause instanceof AggregateError ? why[(cause.errors[0] as NodeJS.ErrnoException)?.code ?? ""] : undefined);
  const shown = known ?? (message === "" ? code : message);
  return new CliError("serverAway", `${base} cannot be reached: ${shown}${code === "" ? "" : ` (${code})`}.`, {
    cause: error,
  });
}

/**
 * Returns when a token expires, if it is a JSON Web Token with an expiry. The signature is verified only by the server.
 */
export function expiryOf(token: string): Date | undefined {
  const [, payload = ""] = token.split(".");
  try {
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { readonly exp?: unknown };
    return typeof exp === "number" && Number.isFinite(exp) ? new Date(exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}
