import { Worker } from "node:worker_threads";
import { MfaError } from "../errors/mfa-error.js";

/** Maximum milliseconds for one hash. */
const timeoutMs = 10_000;

/** Runs in a thread, since the library is synchronous and a hash with many rounds takes seconds. */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
import(workerData.library).then(({ verify }) =>
  parentPort.postMessage(verify(workerData.password, workerData.hashed)));
`;

/** Maximum number of waiting logins, and the milliseconds after which a waiting login is refused. */
const maxWaiting = 50;
const maxWaitMs = 20_000;

/**
 * The computation that was started or queued last. The next one waits for it, so that many concurrent logins use only
 * one thread.
 */
let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * Returns whether a password has this SHA-crypt hash, computed in a thread. Returns false if it takes too long.
 *
 * @throws {MfaError} LIMIT_REACHED if too many logins wait, or after waiting too long
 */
export async function runShaCrypt(hashed: string, password: string): Promise<boolean> {
  if (waiting >= maxWaiting) throw tooMany();
  waiting += 1;
  const deadline = performance.now() + maxWaitMs;
  const verified = last.then(() => {
    if (performance.now() > deadline) throw tooMany();
    return inThread(hashed, password);
  });
  last = verified.catch(() => undefined);
  try {
    return await verified;
  } finally {
    waiting -= 1;
  }
}

const tooMany = () => new MfaError("LIMIT_REACHED", "Too many logins at once. Try again later.");

async function inThread(hashed: string, password: string): Promise<boolean> {
  const library = import.meta.resolve("unixcrypt");
  const worker = new Worker(program, {
    eval: true,
    workerData: { library, hashed, password },
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  const verified = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    worker.once("message", (matches) => resolve(matches === true));
    worker.once("error", () => resolve(false));
    worker.once("exit", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
  await worker.terminate();
  return verified;
}
