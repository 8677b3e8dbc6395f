/**
 * The client that `pnpm bench:lists` measures during lists, in a separate process, since reading long responses would
 * delay its calls.
 */
import { setTimeout } from "node:timers/promises";

/** Milliseconds between its calls. */
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

// the URL of a server starts the measurement, and an empty string ends it and returns the durations of the calls
process.on("message", async (url: string) => {
  isEnded = url === "";
  if (isEnded) process.send?.(await running);
  else running = check(url);
});
