import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The package manager of this repository, at the version that package.json names. */
export const pnpm = ["npx", "-y", "pnpm@10.34.9"];

/** turbo, started through pnpm so that it finds pnpm on the path. */
export const turbo = [...pnpm, "exec", "turbo"];

/**
 * Runs a command in the repository and returns its exit code. The command writes to the output of this process; with
 * `quiet`, only if it fails.
 */
export function run(command, { cwd = root, env = {}, quiet = false } = {}) {
  const [program, ...args] = command;
  const result = spawnSync(program, args, {
    cwd,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) throw result.error;
  const code = result.status ?? 1;
  if (quiet && code !== 0) process.stderr.write(Buffer.concat([result.stdout, result.stderr]));
  return code;
}

/** Like `run`, but exits if the command fails. */
export function runOrExit(command, options) {
  const code = run(command, options);
  if (code === 0) return;
  console.error(`failed (${code}): ${command.join(" ")}`);
  process.exit(code);
}

/** Installs exactly the versions in the lockfile. */
export function install() {
  runOrExit([...pnpm, "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"], { quiet: true });
}

/** Returns the path of a tool in the repository's node_modules. */
export function tool(name) {
  return join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
}
