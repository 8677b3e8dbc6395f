/** The client that `pnpm bench:lists` measures while lists run, in a process of its own: reading long answers would delay its own calls. */
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

// the URL of a server begins, an empty string ends, and is answered with the times of the calls
process.on("message", async (url: string) => {
  isEnded = url === "";
  if (isEnded) process.send?.(await running);
  else running = check(url);
});
