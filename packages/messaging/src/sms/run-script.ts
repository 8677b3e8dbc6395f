import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { aborted, startDeadline } from "../deadline.js";
import { MessagingError } from "../errors.js";

/** How to run a script. */
export interface ScriptRun {
  args: readonly string[];
  /** Goes to standard input. */
  input: string;
  timeoutMs: number;
  /** Time between TERM and KILL. */
  graceMs: number;
  signal: AbortSignal | undefined;
}

/** All that a script finds in its environment. */
const ENVIRONMENT = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };

/** What is kept of standard error, in bytes. */
const OUTPUT_CAP = 4096;

/**
 * Runs a script without a shell, in a process group of its own. When the time is up, or the caller aborts, the group gets
 * TERM, and KILL after the grace. Standard output is not read; of standard error only the beginning.
 *
 * @throws MessagingError `SCRIPT_FAILED`, `TIMEOUT`, `ABORTED`
 */
export function runScript(
  file: string,
  name: string,
  { args, input, timeoutMs, graceMs, signal }: ScriptRun,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted());
    const child = spawn(file, args, {
      cwd: dirname(file),
      detached: true,
      env: ENVIRONMENT,
      stdio: ["pipe", "ignore", "pipe"],
    });
    const limit = startDeadline(
      signal,
      timeoutMs,
      () => new MessagingError("TIMEOUT", `${name}: the script was ended after ${timeoutMs} ms.`),
    );
    let killer: NodeJS.Timeout | undefined;
    let errors = "";

    const killGroup = (how: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // the group has ended
      }
    };
    limit.signal.addEventListener("abort", () => {
      killGroup("SIGTERM");
      killer = setTimeout(() => killGroup("SIGKILL"), graceMs);
    });

    let ended = false;
    function finish(code: number | null, ending: NodeJS.Signals | null): void {
      if (ended) return;
      ended = true;
      limit.end();
      clearTimeout(killer);
      if (limit.signal.aborted) {
        // the script has gone; children that ignored TERM have not
        killGroup("SIGKILL");
        reject(limit.signal.reason);
      } else if (code === 0) resolve();
      else {
        const [line = ""] = errors.trimStart().split("\n");
        const said = line && `: ${withoutText(line, input).slice(0, 200)}`;
        reject(new MessagingError("SCRIPT_FAILED", `${name}: the script ended with ${code ?? ending}${said}.`));
      }
    }

    child.on("error", (error: NodeJS.ErrnoException) => {
      limit.end();
      reject(new MessagingError("SCRIPT_FAILED", `${name}: the script did not start: ${error.code}.`));
    });
    child.on("exit", (code, ending) => {
      // what it left running in the background may hold standard error open
      if (code === 0 || limit.signal.aborted) finish(code, ending);
    });
    child.on("close", finish);
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      errors = (errors + chunk).slice(0, OUTPUT_CAP);
    });
    // a script need not read its input
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

function withoutText(line: string, text: string): string {
  return text === "" ? line : line.replaceAll(text, "***");
}
