import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bind, lifeline, scriptDirectory, watchedLogger } from "../test/scripts.js";

/**
 * A script that waits until the gate, a FIFO whose name is the serial of the call, is opened. It then fails, so that
 * the logger reports its end.
 */
const gated = '#!/bin/sh\ncat "$2" >/dev/null\nexit 7\n';

async function gates(names: readonly string[]) {
  const { path } = await scriptDirectory({ gated });
  for (const name of names) execFileSync("mkfifo", [join(path, name)]);
  return { path, open: (name: string) => writeFile(join(path, name), "") };
}

const call = (serial: string) => ({ request: { parameters: { serial } } });

describe("the limit of concurrent scripts", () => {
  it("makes further scripts wait, and makes them fail if the queue is full", async () => {
    const { path, open } = await gates(["a", "b", "c", "d"]);
    const { logger, warned } = watchedLogger();
    const host = { concurrency: 2, maxWaiting: 1 };
    const options = { background: "background", serial: 1 };
    const bound = await bind(path, "gated", options, { host, bookend: { logger } });
    for (const serial of ["a", "b", "c", "d"]) await bound.call(call(serial));
    const queueFull = "too many scripts are running";
    expect(bound.audit.entries.map(({ details, reason }) => details?.script ?? reason)).toEqual([
      "started",
      "started",
      "queued",
      queueFull,
    ]);
    await open("a");
    await open("c");
    await bound.call(call("d"));
    expect(bound.audit.entries.at(-1)?.details?.script).toMatch(/started|queued/);
    await open("b");
    await open("d");
    expect(await warned(5)).toHaveLength(5);
  });

  it("makes calls wait for running scripts, and does not count scripts that could not be started", async () => {
    const { path } = await scriptDirectory({
      alone: "#!/bin/sh\nmkdir running || exit 1 # fails if another one runs\nrmdir running\n",
      broken: "#!/no/such/interpreter\n",
    });
    const host = { concurrency: 1 };
    const { call: run, audit, bookend } = await bind(path, "broken", { background: "wait" }, { host });
    const alone = { name: "alone", handler: "Script", action: "alone", options: { background: "wait" } };
    await bookend.bindings.add({ ...alone, events: ["call"] });
    await Promise.all(Array.from({ length: 5 }, () => run()));
    const outcomes = audit.entries.map(({ handlerAction, outcome }) => `${handlerAction} ${outcome}`);
    expect(outcomes.filter((outcome) => outcome === "alone done")).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === "broken failed")).toHaveLength(5);
  });

  it("makes a call wait no longer than a script may run", async () => {
    const { path } = await scriptDirectory({ stubborn: "#!/bin/sh\ntrap '' TERM\nexec 3>alive\nsleep 1000\n" });
    const { ended } = lifeline(join(path, "alive"));
    const host = { concurrency: 1, timeoutMs: 700, killAfterMs: 1_400 };
    const { call: run, audit } = await bind(path, "stubborn", { background: "wait" }, { host });
    const first = run();
    await run();
    expect(audit.entries.map(({ reason }) => reason)).toEqual(["too many scripts are running"]);
    await first;
    expect(audit.entries.map(({ reason }) => reason)).toContain("was ended after 700 ms");
    await ended;
  });
});
