// JavaScript runtimes other than this process, from npm packages that contain a binary and do not run install scripts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const { platform, arch } = process;
const bunArch = arch === "arm64" ? "aarch64" : arch;
const denoSuffix = platform === "linux" ? "-glibc" : "";

/** The packages by runtime, with the path of the binary in each. */
const packages = {
  "Node.js 22": { spec: `node-${platform}-${arch}@22`, binary: "bin/node" },
  "Node.js 24": { spec: `node-${platform}-${arch}@24`, binary: "bin/node" },
  Bun: { spec: `@oven/bun-${platform}-${bunArch}@1`, binary: "bin/bun" },
  Deno: { spec: `@deno/${platform}-${arch}${denoSuffix}@2`, binary: "deno" },
};

/**
 * Returns the path of a runtime's binary, or the reason why it is not available. It is installed once, below
 * node_modules/.cache.
 *
 * @param {keyof typeof packages} name
 * @returns {{ readonly binary?: string; readonly reason?: string }}
 */
export function runtime(name) {
  const { spec, binary } = packages[name];
  const folder = join(root, "node_modules", ".cache", "runtimes", name.replace(/\W+/g, "-").toLowerCase());
  const path = join(folder, "node_modules", spec.slice(0, spec.lastIndexOf("@")), binary);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const options = ["--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    // pnpm passes `engine-strict` on to its scripts, but the binary does not depend on the version of this Node.js
    const { status, stderr, error } = spawnSync("npm", ["install", ...options, "--engine-strict=false", spec], {
      cwd: folder,
      encoding: "utf8",
      timeout: 300_000,
    });
    if (status !== 0)
      return { reason: `${spec} cannot be installed: ${error?.message ?? stderr.trim().split("\n")[0]}` };
  }
  const { status, stdout, error } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 60_000 });
  if (status !== 0) return { reason: `${spec} does not run here: ${error?.message ?? "it ended immediately"}` };
  console.log(`# ${name}: ${stdout.trim().split("\n")[0]}`);
  return { binary: path };
}
