/**
 * The client whose calls `pnpm bench:lists` measures while lists are requested. It runs in its own process, since the
 * process that requests the lists is busy with reading them.
 */
import { setTimeout } from "node:timers/promises";
import { keptConnections } from "./kept-connections.js";

/** What the client does until it receives `end`, and then sends the durations of its calls in milliseconds. */
export interface Calls {
  readonly url: string;
  /** Number of calls at a time. */
  readonly connections: number;
  /** Milliseconds between two calls. */
  readonly pauseMs: number;
}

const request = keptConnections(10);
let running: Promise<readonly number[]> | undefined;
let isEnded = false;

async function check({ url, connections, pauseMs }: Calls): Promise<readonly number[]> {
  const times: number[] = [];
  const client = async () => {
    while (!isEnded) {
      const start = performance.now();
      await request(`${url}/validate/check?user=bench&pass=bench-pin`);
      times.push(performance.now() - start);
      if (pauseMs > 0) await setTimeout(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return times;
}

process.on("message", async (told: Calls | "end") => {
  isEnded = told === "end";
  if (told === "end") process.send?.(await running);
  else running = check(told);
});
