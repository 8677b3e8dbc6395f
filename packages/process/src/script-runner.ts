import PQueue from "p-queue";
import { ProcessError } from "./errors.js";
import { runScript, type ScriptEnd } from "./run-script.js";
import { findScript } from "./script-file.js";

/** Options of {@link createScriptRunner}. */
export interface ScriptRunnerOptions {
  /** The directory of the scripts. */
  readonly directory: string;
  /** Milliseconds that a script may run; then its process group gets TERM. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds between TERM and KILL. @default 2000 */
  readonly killAfterMs?: number | undefined;
  /** Bytes of standard error that are kept, at most 65,536. @default 1024 */
  readonly maxOutputBytes?: number | undefined;
  /** Maximum number of scripts that run at the same time. @default 8 */
  readonly concurrency?: number | undefined;
  /** Maximum number of scripts that wait for their turn; any more are refused. @default 100 */
  readonly maxWaiting?: number | undefined;
  /** Variables that are added to `PATH` and `LANG` or override them. @default {} */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** One run of a script. */
export interface ScriptTask {
  readonly args: readonly string[];
  /** Written to standard input. */
  readonly input: string;
  /** Leaves the queue, or ends the script, when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Maximum milliseconds to wait for its turn. @default no limit other than that of the queue */
  readonly maxWaitMs?: number | undefined;
  /** Called immediately if the script must wait for its turn. */
  readonly onQueued?: (() => void) | undefined;
  /** Called when the script is running. */
  readonly onStart?: (() => void) | undefined;
}

/** Runs the scripts of one directory, a limited number at a time. */
export interface ScriptRunner {
  /** Milliseconds that a script may run; then its process group gets TERM. */
  readonly timeoutMs: number;
  /** Milliseconds between TERM and KILL. */
  readonly killAfterMs: number;
  /**
   * Resolves when the script and its process group have ended, whatever the exit code. The file is checked when its
   * turn comes. Messages of errors are worded to follow the name of the script, such as `did not start: EACCES`.
   *
   * @throws {ProcessError} SCRIPT_REFUSED, NOT_STARTED, TOO_MANY_SCRIPTS, ABORTED
   */
  run(name: string, task: ScriptTask): Promise<ScriptEnd>;
}

const never = new AbortController().signal;

/**
 * Creates a runner with its own queue.
 *
 * @throws {ProcessError} INVALID_CONFIG
 */
export function createScriptRunner(options: ScriptRunnerOptions): ScriptRunner {
  const { directory, environment = {} } = options;
  const timeoutMs = wholeNumber("timeoutMs", options.timeoutMs, 30_000);
  const killAfterMs = wholeNumber("killAfterMs", options.killAfterMs, 2_000);
  const maxOutputBytes = wholeNumber("maxOutputBytes", options.maxOutputBytes, 1_024, 65_536);
  const maxWaiting = wholeNumber("maxWaiting", options.maxWaiting, 100);
  const queue = new PQueue({ concurrency: wholeNumber("concurrency", options.concurrency, 8) });
  const limits = { environment, timeoutMs, killAfterMs, maxOutputBytes };

  return {
    timeoutMs,
    killAfterMs,
    async run(name, { args, input, signal = never, maxWaitMs, onQueued, onStart }) {
      if (signal.aborted) throw aborted();
      const mustWait = queue.pending >= queue.concurrency;
      if (mustWait && queue.size >= maxWaiting) throw tooMany();
      const wait = startWait(signal, maxWaitMs);
      const ended = queue.add(
        () => {
          // from here, `runScript` handles an abort; if the queue did, the next script would start before this one
          // ended
          wait.end();
          const file = findScript(directory, name);
          if ("refusal" in file) throw new ProcessError("SCRIPT_REFUSED", `was not run: ${file.refusal}`);
          return runScript(file.path, { args, input, signal, onStart, ...limits });
        },
        { signal: wait.signal },
      );
      if (mustWait) onQueued?.();
      try {
        return await ended;
      } finally {
        wait.end();
      }
    },
  };
}

/** Limits the time in the queue by the caller's signal and a deadline. */
function startWait(caller: AbortSignal, ms: number | undefined) {
  const controller = new AbortController();
  const onAbort = () => controller.abort(aborted());
  const timer = ms === undefined ? undefined : setTimeout(() => controller.abort(tooMany()), ms);
  caller.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      caller.removeEventListener("abort", onAbort);
    },
  };
}

function aborted(): ProcessError {
  return new ProcessError("ABORTED", "was not run: its action was aborted");
}

function tooMany(): ProcessError {
  return new ProcessError("TOO_MANY_SCRIPTS", "too many scripts are running");
}

function wholeNumber(name: string, given: number | undefined, byDefault: number, most = 86_400_000): number {
  const value = given ?? byDefault;
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new ProcessError("INVALID_CONFIG", `${name}: ${value} is out of range. Allowed: an integer from 1 to ${most}.`);
}
