import type { Action, Call, Handler, MaybePromise } from "@bookend/core";
import { createScriptRunner, listScripts, type ScriptRunnerOptions } from "@bookend/process";
import { runScriptAction } from "./actions/run-script-action.js";

/** Options of {@link script}. */
export interface ScriptOptions extends Omit<ScriptRunnerOptions, "directory"> {
  /** The directory of the scripts. @default "/etc/bookend/scripts" */
  readonly directory?: string | undefined;
  /** Commits what a call wrote, for the option `sync_to_database`. Without this function, that option is refused. */
  readonly commit?: ((call: Call) => MaybePromise<void>) | undefined;
}

/**
 * Runs scripts. Each script in the directory that may be run is an action with the script's file name.
 * Modeled on privacyIDEA's script handler.
 *
 * @throws {ProcessError} INVALID_CONFIG for a number that is out of range
 */
export function script({ directory = "/etc/bookend/scripts", commit, ...limits }: ScriptOptions = {}): Handler {
  const runner = createScriptRunner({ ...limits, directory });
  // time for lookups, for waiting in the queue, for the script itself and for ending it
  const host = { runner, commit, actionTimeoutMs: 10_000 + 2 * runner.timeoutMs + runner.killAfterMs };
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
