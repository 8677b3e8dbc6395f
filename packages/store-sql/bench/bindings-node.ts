// One of the nodes of `bench:bindings`: keeps the bindings of a store in memory, and reports when it sees a change.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { type Binding, createBookend, createCall, defineHandler } from "@bookend/core";
import { openDatabase, openStore } from "../src/index.js";

/** A message to a node. */
export type NodeTask =
  | { readonly do: "open"; readonly url: string; readonly auditKey: string }
  | { readonly do: "add"; readonly from: number; readonly to: number }
  | { readonly do: "find" }
  | { readonly do: "change"; readonly text: string }
  | { readonly do: "see"; readonly text: string }
  | { readonly do: "close" };

/** A message from a node. Times are from the machine's clock, in milliseconds. */
export interface NodeTold {
  readonly done: NodeTask["do"] | "rest";
  readonly at: number;
  /** Bytes in use on the heap and outside it. */
  readonly memory?: number;
  /** The peak memory during the change, sampled every millisecond. */
  readonly peak?: number;
  /** The longest time that the event loop was blocked after the change was requested. */
  readonly blockedMs?: number;
}

/** Number of calls after which V8 has compiled their code again; collecting garbage discards compiled code. */
const warmingCalls = 5_000;

let seen = "";
/** The binding that is changed. */
let found: Binding | undefined;
const handler = defineHandler({
  id: "Probe",
  description: "",
  positions: ["post"],
  actions: {
    note: {
      description: "",
      options: {
        "~standard": {
          version: 1 as const,
          vendor: "bench",
          validate: (value: unknown) => ({ value: value as { text: string } }),
        },
      },
      optionsJsonSchema: { type: "object", properties: { text: { type: "string" } } },
      run: ({ options }) => {
        seen = (options as { readonly text: string }).text;
      },
    },
  },
});

type Node = Awaited<ReturnType<typeof open>>;
let node: Node | undefined;

async function open(url: string, auditKey: string) {
  const database = await openDatabase<object>({ url });
  const store = await openStore({ database, auditKey });
  const bookend = createBookend({ handlers: [handler], bindings: store.bindings });
  await bookend.ready();
  const close = async () => {
    await bookend.close();
    await store.close();
    await database.close();
  };
  return { bookend, bindings: store.bindings, close };
}

const probe = { events: ["probe"], handler: "Probe", action: "note", position: "post" } as const;
const used = () => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const atRest = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  return used();
};

async function perform(task: NodeTask): Promise<Omit<NodeTold, "done" | "at">> {
  if (task.do === "open") node = await open(task.url, task.auditKey);
  else if (node === undefined) throw new Error("the first message must be open");
  else if (task.do === "add") {
    const inputs = Array.from({ length: task.to - task.from }, (_, index) => ({
      ...probe,
      name: `binding ${task.from + index}`,
      events: [`event ${(task.from + index) % 100}`],
      options: { text: "other" },
      conditions: { realm: `realm${task.from + index}` },
    }));
    if (task.from === 0)
      inputs.push({ ...probe, name: "probe", events: ["probe"], options: { text: "first" }, conditions: {} as never });
    await node.bookend.bindings.import(inputs, { mode: "add" });
  } else if (task.do === "find") {
    found = (await node.bindings.list()).find(({ name }) => name === "probe");
  } else if (task.do === "change") {
    if (found === undefined) throw new Error("there is no probe");
    const { id, revision, ...rest } = found;
    const options = { text: task.text };
    await node.bindings.write([{ kind: "update", id, revision, binding: { ...rest, options } }]);
    // the change is committed
    const at = performance.timeOrigin + performance.now();
    process.send?.({ done: "change", at } satisfies NodeTold);
    return {};
  } else if (task.do === "see") return see(node, task.text);
  else if (task.do === "close") await node.close();
  return {};
}

/** Handles a call in each turn of the event loop, until one runs the changed action. */
async function see({ bookend }: Node, text: string): Promise<Omit<NodeTold, "done" | "at">> {
  const call = async () => {
    await bookend.handle(createCall({ event: "probe" }), () => ({ status: 200, body: {} }));
    await setImmediate();
  };
  const memory = atRest();
  for (let count = 0; count < warmingCalls; count += 1) await call();
  let peak = memory;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const deadline = performance.now() + 30_000;
  process.send?.({ done: "rest", at: 0, memory } satisfies NodeTold);
  while (seen !== text && performance.now() < deadline) {
    await call();
    peak = Math.max(peak, used());
  }
  delay.disable();
  return { memory, peak, blockedMs: delay.max / 1e6 };
}

process.on("message", (task: NodeTask) => {
  void perform(task).then((told) => {
    const at = performance.timeOrigin + performance.now();
    if (task.do !== "change") process.send?.({ done: task.do, at, ...told } satisfies NodeTold);
    if (task.do === "close") process.disconnect();
  });
});
