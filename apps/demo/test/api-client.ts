/** A response of the API. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
  readonly body: any;
}

/** Returns the body of a response that was fetched without an {@link ApiClient}. */
export async function jsonOf(response: Response): Promise<Answer["body"]> {
  return response.json();
}

/** Calls the API. */
export interface ApiClient {
  /** Calls a route. `path` may contain a query; parameters are sent as JSON. */
  call(method: string, path: string, parameters?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Logs in, and returns a client that calls the API as this user or administrator. */
  as(username: string, password: string): Promise<ApiClient>;
  readonly token: string | undefined;
  readonly url: string;
}

/** Creates a client without a login. */
export function apiClient(url: string, token?: string): ApiClient {
  const call: ApiClient["call"] = async (method, path, parameters, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: token }),
        ...(parameters && { "content-type": "application/json" }),
        ...headers,
      },
      ...(parameters && { body: JSON.stringify(parameters) }),
    });
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: json ? JSON.parse(text) : text };
  };
  return {
    call,
    token,
    url,
    async as(username, password) {
      const { status, body } = await call("POST", "/auth", { username, password });
      if (status !== 200) throw new Error(`${username} cannot log in: ${body.result.error.message}`);
      return apiClient(url, body.result.value.token);
    },
  };
}

/** Logs in as the demo's administrator. */
export function asAdmin(api: ApiClient): Promise<ApiClient> {
  return api.as("admin", "bookend-demo");
}
