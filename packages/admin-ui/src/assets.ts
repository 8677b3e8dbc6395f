import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";

/** A built file in each available encoding. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly bodies: Readonly<Record<Encoding, Buffer | undefined>>;
}

/** Encodings in order of preference. */
export const encodings = ["br", "gzip", "identity"] as const;

/** One of these encodings. */
export type Encoding = (typeof encodings)[number];

/** The page as `npm run build` created it. */
export interface Assets {
  /** Contains the placeholders `%CONFIG%`, `%NONCE%` and relative paths of assets. */
  readonly page: string;
  readonly files: ReadonlyMap<string, Asset>;
}

const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** A path that is the same from `src` and from `dist`. */
const directory = new URL("../dist/app/", import.meta.url);

/** Reads the page and its assets, as built, into memory. */
export async function readAssets(): Promise<Assets> {
  const page = await readFile(new URL("index.html", directory), "utf8");
  const folder = new URL("assets/", directory);
  const names = (await readdir(folder)).filter((name) => types[extensionOf(name)] !== undefined);
  const files = new Map<string, Asset>();
  for (const name of names) {
    const read = (suffix: string) => readFile(new URL(name + suffix, folder));
    const optional = (suffix: string) => read(suffix).catch(() => undefined);
    const identity = await read("");
    const etag = `"${createHash("sha256").update(identity).digest("base64url").slice(0, 22)}"`;
    const bodies = { identity, br: await optional(".br"), gzip: await optional(".gz") };
    files.set(name, { type: types[extensionOf(name)] ?? "", etag, bodies });
  }
  return { page, files };
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
