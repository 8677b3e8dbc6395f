/**
 * Measures how a change of one binding among many reaches another node: `pnpm bench:bindings [BINDINGS]`, default
 * 100,000, on PostgreSQL and on one SQLite file. For each of ten changes, it measures the time from the commit until a
 * call on the other node runs the changed action, how long that node's event loop was blocked between the request and
 * that call, and its peak memory as a ratio to that at rest. Measure on a quiet machine.
 */
import { type ChildProcess, fork } from "node:child_process";
import { on } from "node:events";
import { fileURLToPath } from "node:url";
import { generateAuditKey } from "../src/index.js";
import type { NodeTask, NodeTold } from "./bindings-node.js";
import { onEachDatabase } from "./each-database.js";

const count = Number(process.argv[2] ?? 100_000);
const changes = 10;
/** Number of bindings in one import. */
const atOnce = 10_000;

interface BenchNode {
  tell(task: NodeTask): void;
  hear(done: NodeTold["done"]): Promise<NodeTold>;
  readonly process: ChildProcess;
}

function startNode(): BenchNode {
  const execArgv = [...process.execArgv, "--expose-gc"];
  const child = fork(fileURLToPath(new URL("./bindings-node.ts", import.meta.url)), { execArgv });
  const told: NodeTold[] = [];
  const messages = on(child, "message", { close: ["exit"] });
  return {
    process: child,
    tell: (task) => child.send(task),
    async hear(done) {
      for (;;) {
        const at = told.findIndex((one) => one.done === done);
        if (at !== -1) return told.splice(at, 1)[0] as NodeTold;
        const { value, done: ended } = await messages.next();
        if (ended) throw new Error("a node ended");
        told.push(value[0] as NodeTold);
      }
    },
  };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const shown = (values: readonly number[], digits: number) =>
  `${median(values).toFixed(digits)} (${Math.max(...values).toFixed(digits)} at most)`;

async function measure(name: string, url: string): Promise<void> {
  const auditKey = generateAuditKey();
  const writer = startNode();
  const reader = startNode();
  try {
    const both = async (task: NodeTask) => {
      for (const node of [writer, reader]) {
        node.tell(task);
        await node.hear(task.do);
      }
    };
    writer.tell({ do: "open", url, auditKey });
    await writer.hear("open");
    for (let from = 0; from < count; from += atOnce) {
      writer.tell({ do: "add", from, to: Math.min(count, from + atOnce) });
      await writer.hear("add");
    }
    reader.tell({ do: "open", url, auditKey });
    await reader.hear("open");
    const told: NodeTold[] = [];
    const afterMs: number[] = [];
    for (let change = 0; change < changes; change += 1) {
      const text = `change ${change}`;
      // before the measurement, since this reads all bindings
      writer.tell({ do: "find" });
      await writer.hear("find");
      reader.tell({ do: "see", text });
      await reader.hear("rest");
      writer.tell({ do: "change", text });
      const { at: changed } = await writer.hear("change");
      const saw = await reader.hear("see");
      told.push(saw);
      afterMs.push(saw.at - changed);
    }
    const blocked = told.map(({ blockedMs = 0 }) => blockedMs);
    const grown = told.map(({ memory = 1, peak = 0 }) => peak / memory);
    const restMb = median(told.map(({ memory = 0 }) => memory)) / 1e6;
    console.log(
      `${name}, ${count.toLocaleString("en")} bindings: seen after ${shown(afterMs, 1)} ms, event loop blocked for ${shown(blocked, 1)} ms, memory at rest ${restMb.toFixed(0)} MB, at most ${shown(grown, 2)} times that`,
    );
    await both({ do: "close" });
  } finally {
    for (const { process } of [writer, reader]) process.kill("SIGKILL");
  }
}

await onEachDatabase(measure);
