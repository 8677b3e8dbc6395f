import { type Action, type Call, type Handler, type MaybePromise, ValueError } from "@bookend/core";
import { runScriptAction } from "./actions/run-script-action.js";
import { listScripts } from "./script-file.js";
import { createScriptRunner } from "./script-runner.js";

/** What `script` is made from. */
export interface ScriptOptions {
  /** Where the scripts are. Default `/etc/bookend/scripts`. */
  readonly directory?: string | undefined;
  /** Milliseconds that a script may run; then it gets TERM. Also how long a call waits for its turn. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds from TERM to KILL. Default 2,000. */
  readonly killAfterMs?: number | undefined;
  /** Bytes of standard error that are kept. Default 1,024, at most 65,536. */
  readonly maxOutputBytes?: number | undefined;
  /** Scripts that run at once. Default 8. */
  readonly concurrency?: number | undefined;
  /** Scripts that wait for their turn; one more ends as failed. Default 100. */
  readonly maxWaiting?: number | undefined;
  /** What scripts find in their environment beside `PATH` and `LANG`, or in their place. Default: nothing. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Commits what a call wrote, for the option `sync_to_database`. Without it that option is refused. */
  readonly commit?: ((call: Call) => MaybePromise<void>) | undefined;
}

/**
 * Runs scripts: one action for each in the directory, with its file name, as long as it may be run.
 * Throws `VALUE_INVALID` for a number that is out of range. Source: privacyIDEA's script handler.
 */
export function script(options: ScriptOptions = {}): Handler {
  const { directory = "/etc/bookend/scripts", environment = {}, commit } = options;
  const timeoutMs = wholeNumber("timeoutMs", options.timeoutMs, 30_000);
  const killAfterMs = wholeNumber("killAfterMs", options.killAfterMs, 2_000);
  const runner = createScriptRunner({
    directory,
    environment,
    timeoutMs,
    killAfterMs,
    maxOutputBytes: wholeNumber("maxOutputBytes", options.maxOutputBytes, 1_024, 65_536),
    concurrency: wholeNumber("concurrency", options.concurrency, 8),
    maxWaiting: wholeNumber("maxWaiting", options.maxWaiting, 100),
  });
  // look-ups, waiting for a place, the script and its end
  const host = { runner, commit, actionTimeoutMs: 10_000 + 2 * timeoutMs + killAfterMs };
  const known = new Map<string, Action>();
  const actionOf = (name: string) => {
    let action = known.get(name);
    if (!action) {
      action = runScriptAction(name, host);
      known.set(name, action);
    }
    return action;
  };
  return {
    id: "Script",
    description: "Runs scripts.",
    positions: ["pre", "post"],
    get actions() {
      const offered = listScripts(directory).filter(({ refusal }) => refusal === undefined);
      return Object.fromEntries(offered.map(({ name }) => [name, actionOf(name)]));
    },
  };
}

function wholeNumber(name: string, given: number | undefined, byDefault: number, most = 86_400_000): number {
  const value = given ?? byDefault;
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  const allowed = `an integer from 1 to ${most}`;
  throw new ValueError(`script: ${name} is ${value}; it must be ${allowed}.`, allowed);
}
