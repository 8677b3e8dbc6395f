/**
 * The client whose calls `pnpm bench:lists` measures while lists are requested. It runs in its own process, since the
 * process that requests the lists is busy with reading them.
 */
import { setTimeout } from "node:timers/promises";

/** Milliseconds between two calls. */
const pauseMs = 2;

let running: Promise<readonly number[]> | undefined;
let isEnded = false;

async function check(url: string): Promise<readonly number[]> {
  const times: number[] = [];
  while (!isEnded) {
    const start = performance.now();
    await fetch(`${url}/validate/check?user=bench&pass=bench-pin`).then((response) => response.arrayBuffer());
    times.push(performance.now() - start);
    await setTimeout(pauseMs);
  }
  return times;
}

// the URL of a server starts the measurement; an empty string ends it, and the durations of the calls are sent back
process.on("message", async (url: string) => {
  isEnded = url === "";
  if (isEnded) process.send?.(await running);
  else running = check(url);
});
