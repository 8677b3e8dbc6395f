import { AsyncLocalStorage } from "node:async_hooks";

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
  /** The only listener, which belongs to the first copy. */
  listener: ((reason: unknown) => void) | undefined;
}

const shared: { [key: symbol]: Containment | undefined } = globalThis as never;
const key = Symbol.for("@bookend/core containment 1");
const containment: Containment = shared[key] ?? { run: new AsyncLocalStorage(), users: 0, listener: undefined };
shared[key] = containment;

/** The handler code that is running; undefined outside any. */
export const thirdPartyRun: AsyncLocalStorage<ThirdPartyRun> = containment.run;

/**
 * Keeps the process running if handler code leaves a rejected promise behind; all other rejections have the same effect
 * as before. Returns a function that ends this.
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
  const run = thirdPartyRun.getStore();
  if (run) {
    run.onRejection(reason);
    return;
  }
  // other listeners decide; if this is the only one, Node.js would ignore a rejection that it throws when there is no
  // listener
  if (process.listenerCount("unhandledRejection") > 1 || !throwsRejections()) return;
  throw reason instanceof Error ? reason : new Error(`Unhandled rejection: ${String(reason)}`);
}

function throwsRejections(): boolean {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  return !/--unhandled-rejections[= ](?:none|warn)/.test(flags);
}
