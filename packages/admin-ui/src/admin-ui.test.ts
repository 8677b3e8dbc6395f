import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createAdminUi, isCrossSite } from "./index.js";
import type { AdminUi, AdminUiOptions } from "./options.js";

const login = { type: "token", url: "/auth" } as const;
// each UI reads all assets at its first request, so tests with the same options share one
const made = new Map<string, AdminUi>();
const get = (options: Partial<AdminUiOptions>, path: string, init?: RequestInit) => {
  const key = JSON.stringify(options);
  const ui = made.get(key) ?? createAdminUi({ login, ...options });
  made.set(key, ui);
  return ui.fetch(new Request(`http://localhost${path}`, init));
};

describe("createAdminUi", () => {
  it.each([
    [{ basePath: "https://elsewhere.example/" }, "basePath"],
    [{ basePath: "//elsewhere.example" }, "basePath"],
    [{ basePath: "/a/../b" }, "basePath"],
    [{ basePath: "/a//b" }, "basePath"],
    [{ apiPath: "event" }, "apiPath"],
    [{ apiPath: '/"><script>' }, "apiPath"],
    [{ outboxPath: "/x?y" }, "outboxPath"],
    [{ title: "" }, "title"],
    [{ title: "x".repeat(61) }, "title"],
    [{ login: { type: "token", url: "https://elsewhere.example/" } }, "login.url"],
    [{ login: { type: "token", url: "/auth", tokenPointer: "token" } }, "login.tokenPointer"],
    [{ login: { type: "token", url: "/auth", header: "a b" } }, "login.header"],
    [{ login: { type: "token", url: "/auth", prefix: "\n" } }, "login.prefix"],
    [{ login: { type: "token", url: "/auth", tokenPointer: 7 } }, "login.tokenPointer"],
    [{ login: { type: "token", url: "/auth", prefix: 7 } }, "login.prefix"],
    [{ login: { type: "token", url: "/auth", prefix: null } }, "login.prefix"],
    [{ login: { type: "token", url: "/auth", realm: "corp" } }, "login.realm"],
    [{ login: { type: "cookie", url: "/login", logoutUrl: null } }, "login.logoutUrl"],
    [{ login: { type: "cookie", url: "/login", csrf: "token" } }, "login.csrf.header"],
    [{ login: null }, "login.type"],
    [{ login: { type: "cookie", url: "/login", csrf: { cookie: "a", header: "" } } }, "login.csrf.header"],
    [{ login: { type: "basic" } }, "login.type"],
  ])("refuses %j with an error that names %s", (options, field) => {
    const make = () => createAdminUi({ login, ...options } as AdminUiOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new RegExp(`^${field}: .* is not valid\\. Allowed: `));
  });
});

describe("the page", () => {
  it.each([
    ["/ui", "/ui"],
    ["/ui/", "/ui"],
    ["/ui/bindings/17", "/ui"],
    ["/admin/events/ui/", "/admin/events/ui/"],
    ["/", "/"],
  ])("is at %s if it is mounted at %s, with assets below that path and a new nonce", async (path, basePath) => {
    const [one, two] = await Promise.all([get({ basePath }, path), get({ basePath }, path)]);
    expect(one.status).toBe(200);
    const html = await one.text();
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
    expect(sources.length).toBeGreaterThan(1);
    const base = basePath.replace(/\/$/, "");
    for (const source of sources) {
      expect(source.startsWith(`${base}/assets/`)).toBe(true);
      expect((await get({ basePath }, source)).status).toBe(200);
    }
    const nonceOf = (text: string) => /nonce="([^"]+)"/.exec(text)?.[1];
    expect(one.headers.get("content-security-policy")).toContain(`'nonce-${nonceOf(html)}'`);
    expect(nonceOf(html)).not.toBe(nonceOf(await two.text()));
    expect(one.headers.get("cache-control")).toBe("no-store");
  });

  it("has a strict policy on every response", async () => {
    const asset = /src="([^"]+)"/.exec(await (await get({}, "/ui/")).text())?.[1] ?? "";
    const etag = (await get({}, asset)).headers.get("etag") ?? "";
    const requests: readonly [number, string, RequestInit?][] = [
      [200, "/ui/"],
      [200, "/ui/", { method: "HEAD" }],
      [200, asset],
      [200, asset, { method: "HEAD" }],
      [200, asset, { headers: { range: "bytes=0-9" } }],
      [304, asset, { headers: { "if-none-match": etag } }],
      [304, asset, { headers: { "if-none-match": `"other", W/${etag}` } }],
      [304, asset, { headers: { "if-none-match": "*" } }],
      [404, "/ui/assets/none.js"],
      [404, "/ui/assets/%ff"],
      [404, "/elsewhere"],
      [405, "/ui/", { method: "POST" }],
    ];
    for (const [status, path, init] of requests) {
      const response = await get({}, path, init);
      expect([path, init, response.status]).toEqual([path, init, status]);
      const { headers } = response;
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("contains its options as data, even if they look like markup", async () => {
    const title = `"><script>alert(1)</script>$&'`;
    const html = await (await get({ title }, "/ui/")).text();
    expect(html).not.toContain("<script>alert");
    const content = /name="bookend-config" content="([^"]*)"/.exec(html)?.[1] ?? "";
    const decoded = content
      .replaceAll("&quot;", '"')
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&");
    expect(JSON.parse(decoded)).toMatchObject({ title, basePath: "/ui", apiPath: "/event", login: { url: "/auth" } });
  });

  it.each(["POST", "PUT", "DELETE"])("refuses %s", async (method) => {
    const response = await get({}, "/ui/", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it.each([
    "/",
    "/uix",
    "/ui/../etc/passwd",
    "/ui/assets/../index.html",
    "/ui/assets/%2e%2e/index.html",
    "/ui/assets/..%2findex.html",
    "/ui/assets/..%5cindex.html",
    "/ui/assets/index.html%00.js",
    "/ui/assets/constructor",
    "/ui/assets/",
  ])("does not leave its folder: %s", async (path) => {
    const read = async (of: string) => (await (await get({}, of)).text()).replaceAll(/nonce="[^"]*"/g, "");
    const outside = `${decodeURI(new URL(path, "http://localhost").pathname)}: there is no such page. Allowed: /ui/.`;
    expect([await read("/ui/"), "There is no such asset.", outside]).toContain(await read(path));
  });
});

describe("assets", () => {
  const script = async () => /src="([^"]+\.js)"/.exec(await (await get({}, "/ui/")).text())?.[1] ?? "";

  it.each([
    ["br, gzip", "br"],
    ["gzip;q=0.5, deflate", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["", null],
  ])("are compressed: %s receives %s", async (accepted, encoding) => {
    const response = await get({}, await script(), { headers: { "accept-encoding": accepted } });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(Number(response.headers.get("content-length"))).toBe((await response.arrayBuffer()).byteLength);
  });

  it("are not sent again if the client has them", async () => {
    const path = await script();
    const etag = (await get({}, path)).headers.get("etag") ?? "";
    expect((await get({}, path, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("of the first load are smaller than 250 kB", async () => {
    const page = await (await get({}, "/ui/")).text();
    const urls = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
    const sizes = await Promise.all(
      urls.map(async (url) => {
        const response = await get({}, url, { headers: { "accept-encoding": "gzip" } });
        return (await response.arrayBuffer()).byteLength;
      }),
    );
    const total = sizes.reduce((sum, size) => sum + size, page.length);
    expect(total).toBeLessThan(250_000);
  });

  it("include a style sheet for each component", async () => {
    const folder = new URL("../dist/app/assets/", import.meta.url);
    const read = async (extension: string) => {
      const names = (await readdir(folder)).filter((name) => name.endsWith(extension));
      return (await Promise.all(names.map((name) => readFile(new URL(name, folder), "utf8")))).join("\n");
    };
    const [scripts, styles] = [await read(".js"), await read(".css")];
    const names = new Set(scripts.match(/\bm_[0-9a-f]{6,8}\b/g));
    expect(names.size).toBeGreaterThan(100);
    // a component without an imported style sheet has none of its classes and animations
    expect([...names].filter((name) => !styles.includes(name))).toEqual([]);
  });
});

describe("isCrossSite", () => {
  it.each([
    ["GET", {}, false],
    ["HEAD", { "sec-fetch-site": "cross-site" }, false],
    ["POST", { "x-bookend-ui": "1" }, false],
    ["POST", { "x-bookend-ui": "1", "sec-fetch-site": "same-origin" }, false],
    ["POST", {}, true],
    ["DELETE", { "sec-fetch-site": "same-origin" }, true],
    ["PATCH", { "x-bookend-ui": "1", "sec-fetch-site": "cross-site" }, true],
    ["POST", { "x-bookend-ui": "1", "sec-fetch-site": "same-site" }, true],
  ])("returns for %s with %j: %s", (method, headers, expected) => {
    expect(isCrossSite(new Request("http://localhost/", { method, headers }))).toBe(expected);
  });
});
