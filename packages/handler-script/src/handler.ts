import type { Action, Call, Handler, MaybePromise } from "@bookend/core";
import { createScriptRunner, listScripts, type ScriptRunnerOptions } from "@bookend/process";
import { runScriptAction } from "./actions/run-script-action.js";

/** Options of {@link script}. */
export interface ScriptOptions extends Omit<ScriptRunnerOptions, "directory"> {
  /** Where the scripts are. @default "/etc/bookend/scripts" */
  readonly directory?: string | undefined;
  /** Commits what a call wrote, for the option `sync_to_database`. Without it that option is refused. */
  readonly commit?: ((call: Call) => MaybePromise<void>) | undefined;
}

/**
 * Runs scripts: one action for each in the directory, with its file name, as long as it may be run.
 * Source: privacyIDEA's script handler.
 *
 * @throws {ProcessError} INVALID_CONFIG for a number that is out of range
 */
export function script({ directory = "/etc/bookend/scripts", commit, ...limits }: ScriptOptions = {}): Handler {
  const runner = createScriptRunner({ ...limits, directory });
  // look-ups, waiting for a place, the script and its end
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
