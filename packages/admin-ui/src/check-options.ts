import type { AdminUiOptions, Login } from "./options.js";

/** Options with their defaults, as they are passed to the page. */
export interface PageConfig {
  readonly basePath: string;
  readonly apiPath: string;
  readonly title: string;
  readonly outboxPath?: string;
  readonly login: Login;
}

const maxTitle = 60;

/** Checks options. @throws {TypeError} for one that is not valid */
export function checkOptions(options: AdminUiOptions): PageConfig {
  const { basePath = "/ui", apiPath = "/event", title = "Bookend", outboxPath, login } = options;
  if (typeof title !== "string" || title.trim() === "" || title.length > maxTitle) {
    throw invalid("title", title, `a string of 1 to ${maxTitle} characters`);
  }
  return {
    basePath: checkPath("basePath", basePath),
    apiPath: checkPath("apiPath", apiPath),
    title,
    ...(outboxPath !== undefined && { outboxPath: checkPath("outboxPath", outboxPath) }),
    login: checkLogin(login),
  };
}

function checkLogin(login: Login): Login {
  if (login?.type === "token") {
    const { tokenPointer = "/result/value/token", header = "Authorization", prefix = "Bearer ", realm = false } = login;
    if (typeof tokenPointer !== "string" || !tokenPointer.startsWith("/")) {
      throw invalid("login.tokenPointer", tokenPointer, "a JSON pointer");
    }
    checkHeader("login.header", header);
    if (typeof prefix !== "string" || /[^\x20-\x7e]/.test(prefix)) {
      throw invalid("login.prefix", prefix, "printable ASCII characters");
    }
    if (typeof realm !== "boolean") throw invalid("login.realm", realm, "true, false");
    return { type: "token", url: checkPath("login.url", login.url), tokenPointer, header, prefix, realm };
  }
  if (login?.type === "cookie") {
    const { url, logoutUrl, csrf } = login;
    if (csrf) {
      checkHeader("login.csrf.header", csrf.header);
      checkHeader("login.csrf.cookie", csrf.cookie);
    }
    return {
      type: "cookie",
      url: checkPath("login.url", url),
      ...(logoutUrl !== undefined && { logoutUrl: checkPath("login.logoutUrl", logoutUrl) }),
      ...(csrf && { csrf: { cookie: csrf.cookie, header: csrf.header } }),
    };
  }
  throw invalid("login.type", (login as { type?: unknown } | undefined)?.type, "token, cookie");
}

/** Checks that a path is on this host, so that the page's requests do not go to another host. */
function checkPath(field: string, path: unknown): string {
  const allowed = "a path of this host such as /admin/ui, without query";
  if (typeof path !== "string" || !/^\/(?!\/)[^\s"'<>\\?#%]*$/.test(path) || path.length > 500) {
    throw invalid(field, path, allowed);
  }
  const parts = path.split("/").slice(1);
  if (path !== "/" && parts.at(-1) === "") parts.pop();
  if (parts.some((part) => part === "." || part === ".." || (part === "" && path !== "/"))) {
    throw invalid(field, path, allowed);
  }
  return path === "/" ? "" : `/${parts.join("/")}`;
}

function checkHeader(field: string, name: unknown): void {
  if (typeof name !== "string" || !/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name))
    throw invalid(field, name, "a header name");
}

function invalid(field: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`${field}: ${JSON.stringify(value) ?? "undefined"} is not valid. Allowed: ${allowed}.`);
}
