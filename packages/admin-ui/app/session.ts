import { config } from "./config.ts";

const key = `bookend-token ${config.basePath}`;
const listeners = new Set<() => void>();
let token = sessionStorage.getItem(key);

/** Who is signed in, as far as the page knows: the token that the login gave. */
export const session = {
  token: () => token,
  /** Whether calls make sense: with a cookie, only the server knows. */
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

/** Headers that identify the user, and that tell the call from one that another site made. */
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

/** The session has ended: back to the form, or to the host's page. */
export function endSession(): void {
  const { login } = config;
  if (login.type === "token") session.set(null);
  else location.assign(`${login.url}?return_to=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Signs out. */
export async function signOut(): Promise<void> {
  const { login } = config;
  if (login.type === "cookie" && login.logoutUrl !== undefined) {
    await fetch(login.logoutUrl, { method: "POST", headers: sessionHeaders(), credentials: "same-origin" });
  }
  endSession();
}

/** Signs in with the login's URL. @throws {Error} with the server's message, or status */
export async function signIn(fields: { username: string; password: string; realm?: string }): Promise<void> {
  const { login } = config;
  if (login.type !== "token") return;
  const response = await fetch(login.url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-bookend-ui": "1" },
    body: JSON.stringify(fields),
    credentials: "same-origin",
  });
  const body: unknown = await response.json().catch(() => undefined);
  const found = at(body, login.tokenPointer ?? "/result/value/token");
  if (response.ok && typeof found === "string" && found !== "") session.set(found);
  else {
    const message = at(body, "/result/error/message") ?? at(body, "/message");
    throw new Error(typeof message === "string" ? message : `${response.status} ${response.statusText}`);
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
