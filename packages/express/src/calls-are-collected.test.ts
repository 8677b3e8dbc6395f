import type { AddressInfo } from "node:net";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createBookend, memoryBindings } from "@bookend/core";
import express from "express";
import { expect, it, onTestFinished } from "vitest";
import { bookendExpress } from "./index.js";

setFlagsFromString("--expose-gc");
/** Collects the young generation. */
const collectYoung = runInNewContext("() => gc({ type: 'minor' })") as () => void;

/** Bytes of objects that survived collections of the young generation. */
const oldBytes = () =>
  getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === "old_space" || name === "large_object_space")
    .reduce((sum, { space_used_size: size }) => sum + size, 0);

it("leaves nothing of a call behind that only a full garbage collection would find", async () => {
  const event = bookendExpress({ bookend: createBookend({ handlers: [], bindings: memoryBindings([]) }) });
  const app = express();
  app.use(express.json({ limit: "1mb" }));
  app.post(
    "/token/init",
    event("token_init", async (_request, response) => {
      response.json({ serial: "S" });
    }),
  );
  const server = app.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
