import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { ProcessError } from "./errors.js";
import { firstLine } from "./first-line.js";
import { interpreterFault, missingInterpreter } from "./interpreter.js";

/** How to run a script. */
export interface ScriptRun {
  readonly args: readonly string[];
  /** Written to standard input. */
  readonly input: string;
  /** Variables in addition to `PATH` and `LANG`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Milliseconds between TERM and KILL. */
  readonly killAfterMs: number;
  /** Bytes of standard error that are kept. */
  readonly maxOutputBytes: number;
  /** Ends the script when it aborts. */
  readonly signal: AbortSignal;
  /** Called when the script is running. */
  readonly onStart?: (() => void) | undefined;
}

/** How a script ended. */
export interface ScriptEnd {
  /** `null` if a signal ended it. */
  readonly exitCode: number | null;
  /** The signal that ended it, otherwise `null`. */
  readonly signal: NodeJS.Signals | null;
  /** The first line of standard error, printable; empty if there is none. The script wrote it, so it is not trusted. */
  readonly stderr: string;
  /** Absent if the script ended with exit code 0. `timeout` and `aborted` mean that it was stopped. */
  readonly failure?: "exit" | "timeout" | "aborted" | undefined;
  /** A description of the failure, such as `ended with exit code 3`. */
  readonly reason?: string | undefined;
}

type Child = ChildProcessByStdio<Writable, null, Readable>;
type Stop = { readonly failure: "timeout" | "aborted"; readonly reason: string };

const minimalEnvironment = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };

/**
 * Runs a script without a shell, in a new process group; resolves when the group has ended. Standard output is
 * discarded; only the beginning of standard error is kept.
 *
 * @throws {ProcessError} NOT_STARTED
 */
export async function runScript(path: string, run: ScriptRun): Promise<ScriptEnd> {
  const fault = await interpreterFault(path);
  if (fault !== undefined) throw notStarted(fault);
  let child: Child;
  try {
    child = spawn(path, run.args, {
      cwd: dirname(path),
      detached: true,
      env: { ...minimalEnvironment, ...run.environment },
      stdio: ["pipe", "ignore", "pipe"],
    });
    await once(child, "spawn");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw notStarted(code === "ENOENT" ? await missingInterpreter(path) : String(code), error);
  }
  run.onStart?.();
  return watch(child, run);
}

function notStarted(why: string, cause?: unknown): ProcessError {
  return new ProcessError("NOT_STARTED", `did not start: ${why}`, { cause });
}

/** Waits until a script has ended, and ends it when its time has run out: TERM to its process group, then KILL. */
function watch(child: Child, { input, timeoutMs, killAfterMs, maxOutputBytes, signal }: ScriptRun): Promise<ScriptEnd> {
  const errors = Buffer.alloc(maxOutputBytes);
  let errorBytes = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    errorBytes += chunk.copy(errors, errorBytes);
  });
  // writing fails if the script ends without reading its input, which is not an error
  child.stdin.on("error", () => undefined).end(input);
  child.stderr.on("error", () => undefined);

  return new Promise((resolve) => {
    let stopped: Stop | undefined;
    let killed = false;
    let killer: NodeJS.Timeout | undefined;

    const finish = () => {
      // a daemon may hold standard error open forever; one more turn of the event loop is enough to read what the
      // script wrote
      setImmediate(() =>
        setImmediate(() => {
          child.stdin.destroy();
          child.stderr.destroy();
          resolve(endOf(child, stopped, firstLine(errors.subarray(0, errorBytes))));
        }),
      );
    };
    const kill = () => {
      if (killed) return;
      killed = true;
      clearTimeout(killer);
      signalGroup(child, "SIGKILL");
      if (hasExited(child)) finish();
    };
    const stop = (why: Stop) => {
      if (stopped !== undefined) return;
      stopped = why;
      signalGroup(child, "SIGTERM");
      killer = setTimeout(kill, killAfterMs);
    };

    const onTime = () => stop({ failure: "timeout", reason: `was ended after ${timeoutMs} ms` });
    const timer = setTimeout(onTime, timeoutMs);
    const onAbort = () => stop({ failure: "aborted", reason: "was ended because its action was aborted" });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
    child.once("exit", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      if (killed) finish();
      // processes that the script left running are killed, so that they do not add up beyond the concurrency
      else if (stopped === undefined) kill();
    });
    // after TERM, processes that outlive the script have the rest of the time until KILL, unless they close its streams
    child.once("close", kill);
  });
}

function endOf({ exitCode, signalCode }: ChildProcess, stopped: Stop | undefined, stderr: string): ScriptEnd {
  const end = { exitCode, signal: signalCode, stderr };
  if (stopped !== undefined) return { ...end, ...stopped };
  if (exitCode === 0) return end;
  const reason = exitCode === null ? `was ended by ${signalCode}` : `ended with exit code ${exitCode}`;
  return { ...end, failure: "exit", reason };
}

function hasExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // the group has ended
  }
}
