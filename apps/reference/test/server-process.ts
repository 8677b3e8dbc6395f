import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Milliseconds within which a server must be ready, and let an administrator log in. */
const startMs = 60_000;

/** Runs the built command line of the app, since reading it from source takes seconds each time. */
export function run(args: readonly string[], input = ""): ChildProcess {
  if (!existsSync(program)) throw new Error("Build first: pnpm exec turbo run build --filter=@bookend/reference...");
  const child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin?.end(input);
  return child;
}

/** Resolves to the exit code, once the process has ended. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.stdout?.resume();
    await once(child, "exit");
  }
  return child.exitCode;
}

/** Resolves to the server's address. Keeps reading the server's log, so that the server never blocks. */
export function urlOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (server.stdout === null) throw new Error("The server's output is not piped.");
    createInterface(server.stdout).on("line", (line) => {
      const url = /ready at (http\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    server.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
    setTimeout(() => reject(new Error(`The server was not ready within ${startMs} ms.`)), startMs).unref();
  });
}

/** Logs in as the administrator `root`. Returns the session's token. */
export async function logIn(url: string): Promise<string> {
  const response = await fetch(`${url}/auth`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "root", password: "s3cret-of-root" }),
    signal: AbortSignal.timeout(startMs),
  });
  if (response.status !== 200)
    throw new Error(`The login failed with status ${response.status}: ${await response.text()}`);
  const { result } = (await response.json()) as { result: { value: { token: string } } };
  return result.value.token;
}

/** Adds the administrator `root`. */
export async function addAdmin(config: string): Promise<void> {
  await ended(run(["admin", "add", "root", "--config", config], "s3cret-of-root\n"));
}

/** Starts a server in a separate process, which a test can kill. */
export async function startServerProcess(
  config: string,
): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const process = run(["serve", "--config", config]);
  return { process, url: await urlOf(process) };
}
