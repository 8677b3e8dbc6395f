import { setTimeout as pause } from "node:timers/promises";

/** The steps of the pump. Times in milliseconds. */
export interface PumpWork {
  /** Returns the number of free places at present. */
  free(): number;
  readonly concurrency: number;
  /** Does the periodic work, whether places are free or not. */
  tend(): Promise<void>;
  /** Claims and begins to send up to `free` deliveries; resolves to how many it began. */
  fill(free: number): Promise<number>;
  failed(error: unknown): void;
  readonly pollMs: number;
}

/** Fills the places of a process, each of which is for one delivery that is being sent, as they become free. */
export interface Pump {
  /** Call this when a delivery may be due. */
  wake(): void;
  /** Call this when a place became free. */
  freed(): void;
  /** Stops filling places; resolves when its current work has ended. */
  stop(): Promise<void>;
}

/** Milliseconds that the pump waits for more places to become free, so that one claim fills several. */
const gatherMs = 5;

/** Maximum milliseconds that the pump waits after failures, for example of an unavailable database. */
const longestPauseMs = 5_000;

/** Starts a pump. */
export function startPump({ free, concurrency, tend, fill, failed, pollMs }: PumpWork): Pump {
  const worthwhile = Math.max(1, Math.ceil(concurrency / 4));
  let stopped = false;
  let awake = false;
  let signal: (() => void) | undefined;
  const tell = () => {
    signal?.();
    signal = undefined;
  };
  /** Resolves after `ms` milliseconds, or earlier if the pump is woken. */
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      if (stopped) return resolve();
      const timer = setTimeout(resolve, ms);
      signal = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    let failures = 0;
    while (!stopped) {
      try {
        await tend();
        if (free() === 0) {
          await wait(pollMs);
          continue;
        }
        // attempts that end in the same turn of the event loop are counted together
        await new Promise(setImmediate);
        if (free() < worthwhile) await pause(gatherMs);
        awake = false;
        const begun = await fill(free());
        failures = 0;
        if (begun === 0 && !awake && !stopped) await wait(pollMs);
      } catch (error) {
        failures += 1;
        failed(error);
        await wait(Math.min(longestPauseMs, pollMs * 2 ** Math.min(failures, 10)));
      }
    }
  };
  const running = run();
  return {
    wake() {
      awake = true;
      tell();
    },
    freed: tell,
    async stop() {
      stopped = true;
      tell();
      await running;
    },
  };
}
