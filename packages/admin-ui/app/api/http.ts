import { config } from "../config.ts";
import { visibleTurns } from "../parts/visible-turns.ts";
import { endSession, sessionHeaders } from "../session.ts";
import { takeAhead } from "./ahead.ts";
import { fetchInTime } from "./fetch-in-time.ts";

/** A problem with a field of a binding. */
export interface Problem {
  readonly field: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly allowed?: string;
}

/** A refusal of the management API. */
export class ApiError extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];
  constructor(status: number, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.problems = problems;
  }
}

/** A value from the API, and the details of its response. */
export interface Answer<T> {
  readonly value: T;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Parameters of a query; undefined ones are omitted. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface CallOptions {
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Content type of a body that is not JSON and is sent unchanged. */
  readonly type?: string;
  /**
   * Whether strings of the response will be sent back, and so must stay unchanged. In other responses, characters that
   * change the direction of text are made visible.
   */
  readonly exact?: boolean;
}

/** Calls the management API. @throws {ApiError} if it refuses */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
  const response = await open(method, path, options);
  const body = await jsonOf(response, options.exact);
  if (!body?.result?.status) throw refusal(response, body);
  return { value: body.result.value as T, detail: body.detail ?? {} };
}

/**
 * Calls the management API and returns the response, whose body need not be in the envelope of the API.
 * @throws {ApiError} if it refuses
 */
export async function open(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const { body, query = {}, signal, type } = options;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  const search = parameters.size > 0 ? `?${parameters}` : "";
  const ahead = method === "GET" ? takeAhead(path + search) : undefined;
  const response = await (ahead ??
    fetchInTime(`${config.apiPath}${path}${search}`, {
      method,
      headers: { ...sessionHeaders(), ...(body !== undefined && { "content-type": type ?? "application/json" }) },
      ...(body !== undefined && { body: type === undefined ? JSON.stringify(body) : String(body) }),
      ...(signal && { signal }),
    }));
  if (response.status === 401) endSession();
  if (!response.ok) throw refusal(response, await jsonOf(response));
  return response;
}

interface Envelope {
  readonly result?: { readonly status?: boolean; readonly value?: unknown; readonly error?: { message?: string } };
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Returns the JSON of a response; undefined if it is something else, such as the page of a proxy. */
async function jsonOf(response: Response, exact = false): Promise<Envelope | undefined> {
  const text = await response.text();
  try {
    return JSON.parse(exact ? text : visibleTurns(text));
  } catch {
    return undefined;
  }
}

function refusal(response: Response, body: Envelope | undefined) {
  const message = body?.result?.error?.message?.replace(/^ERR-?\d+: /, "");
  const problems = (body?.detail as { problems?: readonly Problem[] } | null | undefined)?.problems;
  return new ApiError(response.status, message ?? `${response.status} ${response.statusText}`, problems ?? []);
}
