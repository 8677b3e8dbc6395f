import { type HttpClient, HttpClientError, type HttpClientErrorCode, type HttpRequest } from "@bookend/http-client";
import { z } from "zod";
import { deadline, flag, line, milliseconds, parseConfig, secret } from "../config.js";
import { MessagingError, type MessagingErrorCode } from "../errors.js";
import { numberReading, phoneNumber } from "../phone-number.js";
import { fillPlaceholders } from "./placeholders.js";
import type { ShortMessage, SmsGateway, SmsReceipt } from "./sms-gateway.js";
import { trackedGateway } from "./tracked-gateway.js";

type Parameters = Readonly<Record<string, z.core.util.JSONType>>;

const parameters = z.record(z.string().min(1), z.json()).default({});

/** An HTTP service that sends short messages. Numbers and booleans may be strings. */
export const httpGatewayConfig = z
  .strictObject({
    kind: z.literal("http"),
    url: z
      .string()
      .refine(isPlainUrl, "must be an http or https URL without user and password")
      .meta({ "x-secret": "url" }),
    method: z.enum(["GET", "POST"]).default("POST"),
    format: z.enum(["form", "json"]).default("form").describe("Format of the parameters of a POST."),
    parameters: parameters.describe("Values can contain {phone} and {otp} or {message}."),
    secretParameters: parameters
      .describe("Sent together with the other parameters, but never shown.")
      .meta({ "x-secret": true }),
    headers: z
      .record(z.string().regex(/^[\w-]+$/), line(4096))
      .default({})
      .meta({ "x-secret": true }),
    user: line().optional().describe("For basic authentication."),
    password: secret().optional(),
    returnSuccess: z.string().min(1).optional().describe("Text that the response must contain."),
    returnFail: z.string().min(1).optional().describe("Text that the response must not contain."),
    timeoutMs: milliseconds().prefault(10_000),
    rejectUnauthorized: flag().prefault(true).describe("When off, any certificate is accepted."),
    deadlineMs: deadline(30_000),
    ...numberReading,
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ["password"],
    message: "user and password must be set together",
  })
  .refine(
    (config) => isJson(config) || Object.values(allParameters(config)).every((value) => typeof value === "string"),
    {
      path: ["parameters"],
      message: "each value must be a string unless the method is POST and the format is json",
    },
  );

/** Input of {@link httpGatewayConfig}. */
export type HttpGatewayConfig = z.input<typeof httpGatewayConfig>;

type Settings = z.output<typeof httpGatewayConfig>;

/**
 * Creates a gateway that sends through an HTTP service. The service has accepted the message if it returns a 2xx status
 * and, if they are configured, its response contains `returnSuccess` and does not contain `returnFail`.
 *
 * @throws {MessagingError} INVALID_CONFIG
 */
export function httpGateway(config: HttpGatewayConfig, { http }: { http: HttpClient }): SmsGateway {
  const settings = parseConfig(httpGatewayConfig, config);
  const { returnSuccess, returnFail } = settings;
  const host = new URL(settings.url).hostname;
  const send = async ({ to, text, signal }: ShortMessage): Promise<SmsReceipt> => {
    const request = composeRequest(settings, phoneNumber(to, settings), text);
    const response = await http.request({ ...request, signal }).catch((error: unknown) => {
      throw asMessagingError(error);
    });
    const { status } = response;
    if (status < 200 || status > 299) {
      const code = status >= 500 || status === 429 ? "DEFERRED" : "REJECTED";
      throw new MessagingError(code, `${host}: the SMS service responded with status ${status}.`);
    }
    // the errors do not include the response, since it may repeat the message
    const answer = response.text();
    if (returnSuccess !== undefined && !answer.includes(returnSuccess)) {
      throw new MessagingError(
        "REJECTED",
        `${host}: the SMS service's response does not contain ${JSON.stringify(returnSuccess)}.`,
      );
    }
    if (returnFail !== undefined && answer.includes(returnFail)) {
      throw new MessagingError(
        "REJECTED",
        `${host}: the SMS service's response contains ${JSON.stringify(returnFail)}.`,
      );
    }
    return {};
  };
  return trackedGateway({ kind: "http", peer: host, deadlineMs: settings.deadlineMs, send });
}

function composeRequest(settings: Settings, phone: string, text: string): HttpRequest {
  const { method, timeoutMs, rejectUnauthorized, user, password } = settings;
  const url = new URL(settings.url);
  const headers: Record<string, string> = { ...settings.headers };
  if (user !== undefined) headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const common = { method, headers, timeoutMs, tls: { rejectUnauthorized } };
  const values = fill(allParameters(settings), phone, text);
  if (isJson(settings)) {
    headers["content-type"] = "application/json";
    return { ...common, url, body: JSON.stringify(values) };
  }
  const form = new URLSearchParams(values as Record<string, string>);
  if (method === "GET") {
    for (const [name, value] of form) url.searchParams.append(name, value);
    return { ...common, url };
  }
  headers["content-type"] = "application/x-www-form-urlencoded";
  return { ...common, url, body: form.toString() };
}

/** Fills the placeholders in every string of a JSON value; keys stay unchanged. */
function fill(value: unknown, phone: string, text: string): unknown {
  if (typeof value === "string") return fillPlaceholders(value, phone, text);
  if (Array.isArray(value)) return value.map((item) => fill(item, phone, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, phone, text)]));
}

function allParameters({ parameters, secretParameters }: { parameters: Parameters; secretParameters: Parameters }) {
  return { ...parameters, ...secretParameters };
}

function isJson({ method, format }: { method: string; format: string }): boolean {
  return method === "POST" && format === "json";
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}

/** Codes of the HTTP client, with their meaning for a message. */
const codes: Readonly<Record<HttpClientErrorCode, MessagingErrorCode>> = {
  INVALID_CONFIG: "INVALID_CONFIG",
  INVALID_URL: "INVALID_CONFIG",
  INVALID_REQUEST: "INVALID_CONFIG",
  ADDRESS_REFUSED: "ADDRESS_REFUSED",
  NAME_NOT_RESOLVED: "CONNECT_FAILED",
  CONNECT_FAILED: "CONNECT_FAILED",
  PROXY_FAILED: "CONNECT_FAILED",
  TLS_FAILED: "TLS_FAILED",
  CONNECTION_LOST: "CONNECTION_LOST",
  RESPONSE_TOO_LARGE: "CONNECTION_LOST",
  INVALID_RESPONSE: "CONNECTION_LOST",
  TIMEOUT: "TIMEOUT",
  ABORTED: "ABORTED",
  CLOSED: "CLOSED",
};

function asMessagingError(error: unknown): unknown {
  if (!(error instanceof HttpClientError)) return error;
  return new MessagingError(codes[error.code], error.message, { cause: error });
}
