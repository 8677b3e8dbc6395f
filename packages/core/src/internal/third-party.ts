import { AsyncLocalStorage } from "node:async_hooks";

/** Runs while code of a handler does: what such code calls raises no event, and a promise that it left behind ends no process. */
export interface ThirdPartyRun {
  /** Told of a rejection that nobody handles. */
  onRejection(error: unknown): void;
}

/** The handler's code that is running; undefined outside of any. */
export const thirdPartyRun = new AsyncLocalStorage<ThirdPartyRun>();

let users = 0;

/**
 * Keeps the process running when code of a handler leaves a rejected promise behind; all other rejections end as they did before.
 * Returns what ends it.
 */
export function containRejections(): () => void {
  if (users++ === 0) process.on("unhandledRejection", onUnhandledRejection);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    if (--users === 0) process.off("unhandledRejection", onUnhandledRejection);
  };
}

function onUnhandledRejection(reason: unknown): void {
  const run = thirdPartyRun.getStore();
  if (run) {
    run.onRejection(reason);
    return;
  }
  // whoever else listens decides; with this listener alone, Node.js would let pass what it throws without any
  if (process.listenerCount("unhandledRejection") > 1 || !throwsRejections()) return;
  throw reason instanceof Error ? reason : new Error(`Unhandled rejection: ${String(reason)}`);
}

function throwsRejections(): boolean {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  return !/--unhandled-rejections[= ](?:none|warn)/.test(flags);
}
