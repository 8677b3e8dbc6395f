import { done, failed, type Outcome } from "@bookend/core";
import { ProcessError, type ScriptEnd, type ScriptRunner } from "@bookend/process";
import type { ScriptFacts } from "./script-facts.js";

/**
 * Runs a script and waits until it ends. Resolves to the outcome even if the script fails. Waits in the queue for at
 * most the time that a script may run.
 */
export function runAndWait(
  runner: ScriptRunner,
  name: string,
  facts: ScriptFacts,
  signal: AbortSignal,
): Promise<Outcome> {
  return runner.run(name, { ...facts, signal, maxWaitMs: runner.timeoutMs }).then(outcomeOf, refused);
}

/**
 * Runs a script without waiting until it ends. Resolves as soon as the script is `started` or `queued`; `report`
 * receives the outcome of the script later. If the script can be neither started nor queued, resolves to the reason.
 */
export function runInBackground(
  runner: ScriptRunner,
  name: string,
  facts: ScriptFacts,
  signal: AbortSignal,
  report: (outcome: Outcome) => void,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let accepted = false;
    const accept = (script: "queued" | "started") => {
      accepted = true;
      resolve(done({ details: { script } }));
    };
    runner
      .run(name, { ...facts, signal, onQueued: () => accept("queued"), onStart: () => accept("started") })
      .then(outcomeOf, refused)
      .then((outcome) => (accepted ? report(outcome) : resolve(outcome)))
      .catch(reject);
  });
}

function outcomeOf({ exitCode, signal, stderr, reason }: ScriptEnd): Outcome {
  const details = { ...(exitCode === null ? { signal } : { exit_code: exitCode }), ...(stderr !== "" && { stderr }) };
  return reason === undefined ? done({ details }) : failed(reason, { details });
}

function refused(error: unknown): Outcome {
  if (error instanceof ProcessError) return failed(error.message);
  throw error;
}
