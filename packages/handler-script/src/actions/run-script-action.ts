import {
  AbortCall,
  type ActionCheckContext,
  type ActionContext,
  type Call,
  defineAction,
  failed,
  type MaybePromise,
  type Outcome,
  type Problem,
  ValueError,
} from "@bookend/core";
import type { ScriptRunner } from "@bookend/process";
import { type ScriptActionOptions, scriptOptions } from "../options.js";
import { scriptFacts } from "../script-facts.js";
import { runAndWait, runInBackground } from "../script-runner.js";

/** The dependencies of all actions of a handler. */
export interface ScriptHost {
  readonly runner: ScriptRunner;
  /** Milliseconds that an action may take: longer than all time limits of the runner together. */
  readonly actionTimeoutMs: number;
  readonly commit?: ((call: Call) => MaybePromise<void>) | undefined;
}

/** Returns the action that runs one script of the directory. */
export function runScriptAction(name: string, host: ScriptHost) {
  return defineAction({
    description: `Runs the script ${name}.`,
    options: scriptOptions({ canCommit: host.commit !== undefined }),
    timeoutMs: host.actionTimeoutMs,
    check: ({ options }: ActionCheckContext<ScriptActionOptions>) => raisesInBackground(options),
    async run(context) {
      const outcome = await outcomeOf(name, host, context);
      const { background, raise_error } = context.options;
      if (outcome.status === "failed" && background === "wait" && raise_error) {
        const { reason, details } = outcome;
        throw new AbortCall(`The call was aborted: script ${name}: ${reason}.`, { status: 500, details });
      }
      return outcome;
    },
  });
}

async function outcomeOf(
  name: string,
  { runner, commit }: ScriptHost,
  context: ActionContext<ScriptActionOptions>,
): Promise<Outcome> {
  const { options, call, signal, logger, binding } = context;
  const facts = await scriptFacts(context).catch((error: unknown) => {
    if (error instanceof ValueError) return failed(`was not run: ${error.message}`);
    throw error;
  });
  if ("status" in facts) return facts;
  if (options.sync_to_database) await commit?.(call);
  signal.throwIfAborted();
  if (options.background === "wait") return runAndWait(runner, name, facts, signal);
  return runInBackground(runner, name, facts, signal, (outcome) => {
    if (outcome.status !== "failed") return;
    const { reason, details } = outcome;
    logger.warn(
      { callId: call.id, event: call.event, bindingId: binding.id, script: name, reason, ...details },
      "script failed",
    );
  });
}

function raisesInBackground(options: ScriptActionOptions | undefined): readonly Problem[] {
  if (options?.background !== "background" || !options.raise_error) return [];
  return [
    {
      severity: "warning",
      code: "OPTION_INVALID",
      field: "options.raise_error",
      value: true,
      message:
        'options.raise_error has no effect with options.background "background": the call does not wait for the script.',
    },
  ];
}
