import { AsyncLocalStorage } from "node:async_hooks";
import { soon } from "./next-turn.js";

/**
 * A run of handler code. Calls that the code makes raise no event, and a rejected promise that it leaves behind does
 * not end the process.
 */
export interface ThirdPartyRun {
  /** The names that templates may use during the run: a `TagScope`, whose type belongs to another folder. */
  readonly tags?: unknown;
  /** Called for each unhandled rejection of the code. */
  onRejection(error: unknown): void;
}

/**
 * State that all copies of this package in a process share; an application may contain several, for example in
 * different versions.
 */
interface Containment {
  readonly run: AsyncLocalStorage<ThirdPartyRun>;
  /** Number of open Bookends. */
  users: number;
  /** The only listener of unhandled rejections, which the copy that opened the first Bookend registered. */
  listener: ((reason: unknown) => void) | undefined;
  /** Whether code has run that may still be running in the background, so that the storage must stay enabled. */
  lasting: boolean;
  /** The run whose synchronous part is in progress. */
  current: ThirdPartyRun | undefined;
}

const shared: { [key: symbol]: Containment | undefined } = globalThis as never;
const key = Symbol.for("@bookend/core containment 2");
const containment: Containment = shared[key] ?? {
  run: new AsyncLocalStorage(),
  users: 0,
  listener: undefined,
  lasting: false,
  current: undefined,
};
shared[key] = containment;

/** Whether the storage will be disabled in the next turn of the event loop. */
let isEnding = false;

/** Returns the handler code that is running; undefined outside handler code. */
export function currentRun(): ThirdPartyRun | undefined {
  return containment.current ?? containment.run.getStore();
}

/** Runs an action or its check, including everything that it starts and does not await. */
export function runContained<Result>(run: ThirdPartyRun, code: () => Result): Result {
  containment.lasting = true;
  return containment.run.run(run, runSelfContained, run, code) as Result;
}

/**
 * Runs a schema, which must be synchronous. A rejected promise that it leaves behind is contained like that of an
 * action, but not what it does in a later turn of the event loop: until an action requires it, the storage is enabled
 * only briefly, because Node.js 20 and 22 track every promise of the process meanwhile.
 */
export function runSchema<Result>(run: ThirdPartyRun, code: () => Result): Result {
  if (!containment.lasting && !isEnding) {
    isEnding = true;
    soon(() => {
      isEnding = false;
      if (!containment.lasting) containment.run.disable();
    });
  }
  return containment.run.run(run, runSelfContained, run, code) as Result;
}

/**
 * Runs code that awaits everything that it starts, and makes calls only in its synchronous part. It needs no storage:
 * see {@link runSchema}.
 */
export function runSelfContained<Result>(run: ThirdPartyRun, code: () => Result): Result {
  const outer = containment.current;
  containment.current = run;
  try {
    return code();
  } finally {
    containment.current = outer;
  }
}

/**
 * Keeps the process running if handler code leaves a rejected promise behind; all other rejections have the same effect
 * as before. Returns a function that ends the containment.
 */
export function containRejections(): () => void {
  containment.users += 1;
  if (containment.listener === undefined) {
    containment.listener = onUnhandledRejection;
    process.on("unhandledRejection", onUnhandledRejection);
  }
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    containment.users -= 1;
    if (containment.users > 0 || containment.listener === undefined) return;
    process.off("unhandledRejection", containment.listener);
    containment.listener = undefined;
  };
}

function onUnhandledRejection(reason: unknown): void {
  const run = containment.run.getStore();
  if (run) {
    run.onRejection(reason);
    return;
  }
  // other listeners decide; if there are none, this one throws, as Node.js itself does without a listener
  if (process.listenerCount("unhandledRejection") > 1 || !throwsRejections()) return;
  throw reason instanceof Error ? reason : new Error(`Unhandled rejection: ${String(reason)}`);
}

function throwsRejections(): boolean {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  return !/--unhandled-rejections[= ](?:none|warn)/.test(flags);
}
