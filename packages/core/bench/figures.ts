// Measures the dispatch times of two builds of core in turn: `tsx bench/figures.ts <URL of the first
// index.js> <URL of the second>`. Prints JSON: nanoseconds of processor time by name. Run by `pnpm bench:compare`.

import type * as core from "@bookend/core";
import { z } from "zod";
import { directories } from "./hosts.js";

const warmUpNs = 300e6;
/** The number of measured batches, and the length of one batch in nanoseconds. */
const batches = 41;
const batchNs = 4e6;

type Core = typeof core;

const [formerUrl, nowUrl, only = ""] = process.argv.slice(2);
if (!formerUrl || !nowUrl) throw new Error("usage: figures.ts <URL of a build> <URL of a build> [part of a name]");
const builds: readonly Core[] = [await import(formerUrl), await import(nowUrl)];

const response = { status: 200, body: { result: { status: true, value: true, authentication: "ACCEPT" } } };

function bindingOf(conditions: Record<string, unknown>, name = "nothing"): core.BindingInput {
  return { name: "bench", events: ["validate_check"], position: "post", handler: "Noop", action: name, conditions };
}

async function calling(
  { createBookend, createCall, defineAction, defineHandler, memoryBindings }: Core,
  bindings: readonly core.BindingInput[],
  event = "validate_check",
): Promise<() => unknown> {
  const action = (run: () => undefined | Promise<undefined>) =>
    defineAction({ description: "Does nothing.", options: z.strictObject({}), changes: [], run });
  const handler = defineHandler({
    id: "Noop",
    description: "Does nothing.",
    positions: ["pre", "post"],
    actions: { nothing: action(() => undefined), later: action(async () => undefined) },
  });
  const named = bindings.map((binding, i) => ({ ...binding, name: `bench ${i}` }));
  const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(named), directories });
  await bookend.ready();
  const call = createCall({
    id: "call",
    event,
    request: {
      parameters: { user: "alice", serial: "HOTP0001" },
      clientIp: "10.0.0.1",
      user: { login: "alice", realm: "realm0" },
    },
  });
  return () => bookend.handle(call, () => response);
}

const numbered = (count: number, binding: (i: number) => core.BindingInput) =>
  Array.from({ length: count }, (_, i) => binding(i));

interface Figure {
  readonly bindings: readonly core.BindingInput[];
  readonly event?: string;
}

const figures: Record<string, Figure> = {
  "no binding on the event": { bindings: [bindingOf({})], event: "other" },
  "one condition, logged_in_user": { bindings: [bindingOf({ logged_in_user: "admin" })] },
  "one condition, client_ip": { bindings: [bindingOf({ client_ip: "192.168.0.0/16" })] },
  "one condition, realm": { bindings: [bindingOf({ realm: "other" })] },
  "one condition, result_authentication": { bindings: [bindingOf({ result_authentication: "REJECT" })] },
  "ten bindings, three conditions each": {
    bindings: numbered(10, (i) => bindingOf({ realm: `realm${i + 1}`, tokentype: "hotp", client_ip: "10.0.0.0/8" })),
  },
  "10,000 bindings, each for a different realm": {
    bindings: numbered(10_000, (i) => bindingOf({ realm: `realm${i + 1}` })),
  },
  "1,000 bindings, each for a different tokeninfo": {
    bindings: numbered(1_000, (i) => bindingOf({ tokeninfo: `count_auth > ${i + 10}` })),
  },
  "one no-op action": { bindings: [bindingOf({})] },
  "one no-op action that returns a promise": { bindings: [bindingOf({}, "later")] },
  "one no-op action among 10,000 realms": { bindings: numbered(10_000, (i) => bindingOf({ realm: `realm${i}` })) },
};

/**
 * Returns the processor time of one run of each benchmark, in nanoseconds: medians of alternating batches, after the
 * compiler has optimized them.
 */
async function timeOf(runs: readonly (() => unknown)[]): Promise<readonly number[]> {
  const sizes = runs.map(() => 1);
  for (const [i, run] of runs.entries()) {
    for (let warmed = 0; warmed < warmUpNs; ) {
      const taken = (await batch(run, sizes[i] as number)) * (sizes[i] as number);
      warmed += taken;
      if (taken < batchNs) (sizes[i] as number) *= 2;
      else if (taken > 3 * batchNs && (sizes[i] as number) > 1) (sizes[i] as number) /= 2;
    }
  }
  const size = Math.min(...sizes);
  const times: number[][] = runs.map(() => []);
  for (let i = 0; i < batches; i++) {
    for (const [j, run] of runs.entries()) times[j]?.push(await batch(run, size));
  }
  return times.map((list) => list.sort((a, b) => a - b)[batches >> 1] as number);
}

/**
 * Measures a batch in processor time instead of wall-clock time, so that other processes of the machine do not count.
 */
async function batch(run: () => unknown, size: number): Promise<number> {
  const started = process.cpuUsage();
  for (let i = 0; i < size; i++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(started);
  return ((user + system) * 1_000) / size;
}

// the measuring code is compiled before the first measurement
for (let i = 0; i < 200; i++) await batch(() => undefined, 10_000);

const measured: Record<string, readonly number[]> = {};
for (const [name, { bindings, event }] of Object.entries(figures)) {
  if (!name.includes(only)) continue;
  measured[name] = await timeOf(await Promise.all(builds.map((build) => calling(build, bindings, event))));
}
process.stdout.write(JSON.stringify(measured));
