import { done, failed, type Outcome } from "@bookend/core";
import { createPlaces } from "./places.js";
import { runScript, type ScriptRun } from "./run-script.js";
import type { ScriptFacts } from "./script-facts.js";
import { findScript } from "./script-file.js";

/** How the scripts of a handler are run. */
export interface ScriptRunnerOptions
  extends Pick<ScriptRun, "environment" | "timeoutMs" | "killAfterMs" | "maxOutputBytes"> {
  readonly directory: string;
  /** Scripts at once. */
  readonly concurrency: number;
  readonly maxWaiting: number;
}

/** Runs the scripts of a directory. Whatever goes wrong is an outcome: its methods never reject. */
export interface ScriptRunner {
  /** Resolves with the script's end. Waits for its turn as long as a script may run. */
  run(name: string, facts: ScriptFacts, signal: AbortSignal): Promise<Outcome>;
  /** Resolves when the script is started or queued, and then reports its end; or with what keeps it from running. */
  runInBackground(
    name: string,
    facts: ScriptFacts,
    signal: AbortSignal,
    report: (outcome: Outcome) => void,
  ): Promise<Outcome>;
}

const tooMany = failed("too many scripts are running");

/** Makes a runner with places and a queue of its own. */
export function createScriptRunner(options: ScriptRunnerOptions): ScriptRunner {
  const { directory, concurrency, maxWaiting, ...limits } = options;
  const places = createPlaces(concurrency, maxWaiting);

  async function runIn(
    place: { leave(): void },
    name: string,
    run: ScriptFacts & Pick<ScriptRun, "signal" | "onStart">,
  ): Promise<Outcome> {
    try {
      // checked at the last moment: the file may be another one by now
      const file = findScript(directory, name);
      if ("refusal" in file) return failed(`was not run: ${file.refusal}`);
      return await runScript(file.path, { ...limits, ...run });
    } finally {
      place.leave();
    }
  }

  return {
    async run(name, facts, signal) {
      const place = places.enter();
      if (!place) return tooMany;
      if (place.turn !== undefined && !(await comesInTime(place.turn, limits.timeoutMs, signal))) {
        place.leave();
        return tooMany;
      }
      return runIn(place, name, { ...facts, signal });
    },
    async runInBackground(name, facts, signal, report) {
      const place = places.enter();
      if (!place) return tooMany;
      if (place.turn !== undefined) {
        void place.turn.then(() => runIn(place, name, { ...facts, signal })).then(report);
        return done({ details: { script: "queued" } });
      }
      return new Promise((resolve) => {
        let started = false;
        const onStart = () => {
          started = true;
          resolve(done({ details: { script: "started" } }));
        };
        void runIn(place, name, { ...facts, signal, onStart }).then((outcome) =>
          started ? report(outcome) : resolve(outcome),
        );
      });
    },
  };
}

/** Whether the turn came before the time was up and before the signal aborted. */
function comesInTime(turn: Promise<void>, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (came: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", late);
      resolve(came);
    };
    const late = () => end(false);
    const timer = setTimeout(late, ms);
    signal.addEventListener("abort", late);
    void turn.then(() => end(true));
  });
}
