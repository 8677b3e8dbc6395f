import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { done, failed, type Outcome } from "@bookend/core";
import { firstLine } from "./first-line.js";

/** How to run a script. */
export interface ScriptRun {
  readonly args: readonly string[];
  /** Goes to standard input. */
  readonly input: string;
  /** Beside `PATH` and `LANG`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Milliseconds from TERM to KILL. */
  readonly killAfterMs: number;
  /** What is kept of standard error. */
  readonly maxOutputBytes: number;
  /** Ends the script when it aborts. */
  readonly signal: AbortSignal;
  /** Called when the script is running. */
  readonly onStart?: (() => void) | undefined;
}

type Child = ChildProcessByStdio<Writable, null, Readable>;

const minimalEnvironment = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };

/**
 * Runs a script without a shell, in a process group of its own; resolves when the group has ended. Standard output is not
 * read; of standard error the beginning is kept. Whatever goes wrong is an outcome: it never rejects.
 */
export async function runScript(path: string, run: ScriptRun): Promise<Outcome> {
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
    return failed(`did not start: ${(error as NodeJS.ErrnoException).code}`);
  }
  run.onStart?.();
  return watch(child, run);
}

/** Waits for the end, and hastens it when the time is over: TERM to the group, then KILL. */
function watch(child: Child, { input, timeoutMs, killAfterMs, maxOutputBytes, signal }: ScriptRun): Promise<Outcome> {
  const errors = Buffer.alloc(maxOutputBytes);
  let errorBytes = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    errorBytes += chunk.copy(errors, errorBytes);
  });
  // a script need not read its input, nor leave its streams open
  child.stdin.on("error", () => undefined).end(input);
  child.stderr.on("error", () => undefined);

  return new Promise((resolve) => {
    let stopped: string | undefined;
    let killed = false;
    let killer: NodeJS.Timeout | undefined;

    const finish = () => {
      // a daemon may hold standard error open for ever; what the script wrote there is read in one more turn of the loop
      setImmediate(() =>
        setImmediate(() => {
          child.stdin.destroy();
          child.stderr.destroy();
          resolve(outcomeOf(child, stopped, firstLine(errors.subarray(0, errorBytes))));
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
    const stop = (why: string) => {
      if (stopped !== undefined) return;
      stopped = why;
      signalGroup(child, "SIGTERM");
      killer = setTimeout(kill, killAfterMs);
    };

    const timer = setTimeout(() => stop(`was ended after ${timeoutMs} ms`), timeoutMs);
    const onAbort = () => stop("was ended with its action");
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
    child.once("exit", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      if (killed) finish();
      // what the script left running ends with it, so that nothing grows beyond the limits
      else if (stopped === undefined) kill();
    });
    // after TERM the rest of the group has its time too
    child.once("close", kill);
  });
}

function outcomeOf({ exitCode, signalCode }: ChildProcess, stopped: string | undefined, stderr: string): Outcome {
  const details = {
    ...(exitCode === null ? { signal: signalCode } : { exit_code: exitCode }),
    ...(stderr !== "" && { stderr }),
  };
  if (stopped !== undefined) return failed(stopped, { details });
  if (exitCode === 0) return done({ details });
  return failed(exitCode === null ? `was ended by ${signalCode}` : `ended with exit code ${exitCode}`, { details });
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
