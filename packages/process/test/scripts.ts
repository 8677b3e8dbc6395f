import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { constants, openSync } from "node:fs";
import { chmod, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createScriptRunner, type ScriptRunnerOptions, type ScriptTask } from "../src/index.js";

/** Creates a script directory that is deleted when the test ends. */
export async function scriptDirectory(sources: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "bookend-process-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(sources)) {
    await writeFile(join(path, name), source);
    await chmod(join(path, name), 0o755);
  }
  return path;
}

/** Creates a runner for scripts, with defaults for most tests. */
export function runner(directory: string, options: Partial<ScriptRunnerOptions> = {}) {
  const { run } = createScriptRunner({ directory, ...options });
  return (name: string, task: Partial<ScriptTask> = {}) => run(name, { args: [], input: "", ...task });
}

/**
 * Creates a FIFO. A script that opens it for writing counts as alive, along with every process that inherits it, until
 * `ended` resolves.
 */
export function lifeline(path: string) {
  execFileSync("mkfifo", [path]);
  const socket = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
  onTestFinished(() => void socket.destroy());
  return { ready: once(socket, "data"), ended: once(socket, "end") };
}
