// A registry on loopback, for publishing and installing packages as an external user would.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tool } from "./run.mjs";

/** Number of attempts at intervals of 200 ms, two minutes in total, since CI runs another check at the same time. */
const startTries = 600;
/** Maximum milliseconds for an npm command. An install fetches about 300 packages through the registry. */
const commandMs = 10 * 60_000;

/** Starts a registry on loopback. Packages that it does not have come from the registry in npm's configuration. */
export async function startRegistry(work) {
  const port = await freePort();
  const uplink = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8", cwd: tmpdir() }).trim();
  const directory = join(work, "registry");
  mkdirSync(directory);
  writeFileSync(
    join(directory, "config.yaml"),
    `storage: ./storage
uplinks:
  configured: { url: "${uplink}", timeout: 60s, max_fails: 20 }
packages:
  "@bookend/*": { access: $all, publish: $anonymous, unpublish: $anonymous }
  "**": { access: $all, publish: $anonymous, proxy: configured }
log: { type: stdout, format: pretty, level: warn }
`,
  );
  const registry = spawn(
    tool("verdaccio"),
    ["--config", join(directory, "config.yaml"), "--listen", `127.0.0.1:${port}`],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const url = `http://127.0.0.1:${port}/`;
  for (let tries = 0; ; tries += 1) {
    const reached = await fetch(`${url}-/ping`).catch(() => undefined);
    if (reached?.ok) break;
    if (tries === startTries || registry.exitCode !== null) {
      registry.kill("SIGKILL");
      throw new Error("the registry did not start");
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const rc = join(work, "npmrc");
  // npm requires a token to publish; this registry accepts any token
  writeFileSync(rc, `registry=${url}\n//127.0.0.1:${port}/:_authToken=anonymous\n`);
  return { url, rc, stop: () => registry.kill("SIGKILL") };
}

/** Returns the environment of a command that uses a registry. */
export function environment({ url, rc }) {
  // without the settings that pnpm and npm pass on to their scripts
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_)/i.test(name));
  return {
    ...Object.fromEntries(own),
    npm_config_userconfig: rc,
    npm_config_registry: url,
    npm_config_update_notifier: "false",
  };
}

/** Runs npm with a registry and returns its standard output. */
export function npm(args, cwd, registry) {
  const { status, signal, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    env: environment(registry),
    encoding: "utf8",
    timeout: commandMs,
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed (${status ?? signal}):\n${stdout}\n${stderr}`);
  return stdout;
}

/** Publishes a tarball. */
export function publish(tarball, work, registry) {
  npm(["publish", tarball, "--provenance=false", "--access=public"], work, registry);
}

/** Returns the port on loopback that a server listens on. */
export function listening(server) {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
}

/** Returns a free port. */
export async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
