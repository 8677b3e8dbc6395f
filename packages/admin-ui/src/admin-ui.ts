import { randomBytes } from "node:crypto";
import { type Asset, type Assets, encodings, readAssets } from "./assets.js";
import { checkOptions, type PageConfig } from "./check-options.js";
import type { AdminUi, AdminUiOptions } from "./options.js";
import { securityHeaders } from "./security-headers.js";

/**
 * Creates the web UI: the page and its assets, which are read from this package at the first request. The page calls
 * the management API at `apiPath` with the rights of the user who is signed in; the UI itself has no rights.
 * @throws {TypeError} if an option is not valid
 */
export function createAdminUi(options: AdminUiOptions): AdminUi {
  const config = checkOptions(options);
  let reading: Promise<Assets> | undefined;
  const assets = () => {
    reading ??= readAssets().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
  return {
    async fetch(request) {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD") {
        return plain(405, `The method is ${method}. Allowed: GET, HEAD.`, { allow: "GET, HEAD" });
      }
      const { pathname } = new URL(request.url);
      if (pathname !== config.basePath && !pathname.startsWith(`${config.basePath}/`)) {
        return plain(404, `${pathname}: there is no such page. Allowed: ${config.basePath}/.`);
      }
      const path = pathname.slice(config.basePath.length + 1);
      let built: Assets;
      try {
        built = await assets();
      } catch {
        return plain(503, "The assets of @bookend/admin-ui are missing. Build the package, or install it again.");
      }
      if (!path.startsWith("assets/")) return pageResponse(built.page, config, method);
      const asset = built.files.get(path.slice("assets/".length));
      return asset ? assetResponse(asset, request) : plain(404, "There is no such asset.");
    },
  };
}

function pageResponse(page: string, config: PageConfig, method: string): Response {
  const nonce = randomBytes(18).toString("base64");
  // a function, since "$&" in a title would be special in a replacement string
  const html = page
    .replaceAll('="./assets/', () => `="${config.basePath}/assets/`)
    .replaceAll("%NONCE%", () => nonce)
    .replace("%CONFIG%", () => escapeAttribute(JSON.stringify(config)));
  return new Response(method === "HEAD" ? null : html, {
    headers: { ...securityHeaders(nonce), "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}

function assetResponse({ bodies, etag, type }: Asset, request: Request): Response {
  const headers = {
    ...securityHeaders(),
    "content-type": type,
    // the name of an asset changes with its content
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
    etag,
  };
  if (hasTag(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  const accepted = request.headers.get("accept-encoding") ?? "";
  const encoding = encodings.find((one) => one === "identity" || (bodies[one] && accepts(accepted, one))) ?? "identity";
  const body = bodies[encoding] ?? bodies.identity;
  const encoded = encoding === "identity" ? {} : { "content-encoding": encoding };
  return new Response(request.method === "HEAD" ? null : new Uint8Array(body ?? []), {
    headers: { ...headers, ...encoded, "content-length": String(body?.length ?? 0) },
  });
}

/** Returns whether one of the client's ETags is this one, even as a weak ETag (`W/`), which some proxies turn it into. */
function hasTag(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((part) => part.trim() === "*" || part.trim().replace(/^W\//, "") === etag);
}

function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name = "", ...parameters] = part.split(";").map((one) => one.trim().toLowerCase());
    return name === encoding && !parameters.some((one) => /^q=0(\.0*)?$/.test(one));
  });
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, {
    status,
    headers: {
      ...securityHeaders(),
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
  });
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
