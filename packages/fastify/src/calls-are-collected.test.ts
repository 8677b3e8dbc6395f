import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createBookend, memoryBindings } from "@bookend/core";
import fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { bookendPlugin } from "./index.js";

setFlagsFromString("--expose-gc");
/** Collects the young generation. */
const collectYoung = runInNewContext("() => gc({ type: 'minor' })") as () => void;

/** Bytes of objects that survived collections of the young generation. */
const oldBytes = () =>
  getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === "old_space" || name === "large_object_space")
    .reduce((sum, { space_used_size: size }) => sum + size, 0);

it("leaves nothing of a call behind that only a full garbage collection would find", async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register(bookendPlugin, { bookend: createBookend({ handlers: [], bindings: memoryBindings([]) }) });
  app.post("/token/init", { config: { event: "token_init" } }, async () => ({ serial: "S" }));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const body = JSON.stringify({ text: "x".repeat(200_000) });
  const calls = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const headers = { "content-type": "application/json" };
      await (await fetch(`${url}/token/init`, { method: "POST", headers, body })).text();
      collectYoung();
    }
  };
  await calls(20);
  const before = oldBytes();
  await calls(100);
  // 20 MB, if each call left its parameter behind
  expect(oldBytes() - before).toBeLessThan(10_000_000);
});
