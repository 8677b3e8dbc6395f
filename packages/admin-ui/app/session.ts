import { fetchInTime } from "./api/fetch-in-time.ts";
import { config } from "./config.ts";

const key = `bookend-token ${config.basePath}`;
const listeners = new Set<() => void>();
let token = sessionStorage.getItem(key);

/** The user who is signed in, as far as the page knows: the token from the login. */
export const session = {
  token: () => token,
  /** Whether the user may be signed in. With a cookie, only the server knows, and this is always true. */
  signedIn: () => config.login.type === "cookie" || token !== null,
  set(value: string | null) {
    token = value;
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};

const draftPrefix = `bookend-draft ${config.basePath} `;

/** Unsaved forms, kept in the tab until their user signs out. */
export const draftStorage = {
  get: (name: string) => sessionStorage.getItem(draftPrefix + name),
  set: (name: string, text: string) => sessionStorage.setItem(draftPrefix + name, text),
  remove: (name: string) => sessionStorage.removeItem(draftPrefix + name),
  clear() {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(draftPrefix)) sessionStorage.removeItem(name);
  },
};

/** Returns the headers that identify the user, and that distinguish the request from one sent by another site. */
export function sessionHeaders(): Record<string, string> {
  const headers: Record<string, string> = { "x-bookend-ui": "1" };
  const { login } = config;
  if (login.type === "token") {
    if (token !== null) headers[login.header ?? "Authorization"] = `${login.prefix ?? ""}${token}`;
  } else if (login.csrf) {
    const value = cookie(login.csrf.cookie);
    if (value !== undefined) headers[login.csrf.header] = value;
  }
  return headers;
}

/** Goes back to the login form, or to the login page of the host, since the session has ended. */
export function endSession(): void {
  const { login } = config;
  if (login.type === "token") session.set(null);
  else location.assign(`${login.url}?return_to=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Signs out. @throws {Error} if the server did not end the session */
export async function signOut(): Promise<void> {
  const { login } = config;
  if (login.type === "cookie" && login.logoutUrl !== undefined) {
    const response = await fetchInTime(login.logoutUrl, { method: "POST", headers: sessionHeaders() });
    // 401: the session has already ended
    if (!response.ok && response.status !== 401) throw new Error(`${response.status} ${response.statusText}`);
  }
  draftStorage.clear();
  endSession();
}

/**
 * Posts the fields to the URL of the login and stores the token from the response. Does nothing for a login by cookie.
 * @throws {Error} with the server's message, or status
 */
export async function signIn(fields: { username: string; password: string; realm?: string }): Promise<void> {
  const { login } = config;
  if (login.type !== "token") return;
  const response = await fetchInTime(login.url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-bookend-ui": "1" },
    body: JSON.stringify(fields),
  });
  const body = readJson(await response.text());
  const found = at(body, login.tokenPointer ?? "/result/value/token");
  if (response.ok && typeof found === "string" && found !== "") session.set(found);
  else {
    const message = at(body, "/result/error/message") ?? at(body, "/message");
    throw new Error(typeof message === "string" ? message : `${response.status} ${response.statusText}`);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (found, part) => (typeof found === "object" && found !== null ? Reflect.get(found, part) : undefined),
      value,
    );
}

function cookie(name: string): string | undefined {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found === undefined ? undefined : decodeURIComponent(found.slice(name.length + 1));
}
