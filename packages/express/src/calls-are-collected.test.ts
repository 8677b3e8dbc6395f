import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createBookend, memoryBindings } from "@bookend/core";
import { bytesKept } from "@bookend/test-kit/bytes-kept";
import express from "express";
import { expect, it, onTestFinished } from "vitest";
import { bookendExpress } from "./index.js";

it("leaves nothing of a call behind that only a full garbage collection would find", async () => {
  const event = bookendExpress({ bookend: createBookend({ handlers: [], bindings: memoryBindings([]) }) });
  const app = express();
  app.use(express.json({ limit: "1mb" }));
  app.post(
    "/token/init",
    event("token_init", (_request, response) => {
      response.json({ serial: "S" });
    }),
  );
  const server = app.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await bytesKept(`http://127.0.0.1:${port}/token/init`, 100)).toBeLessThan(10_000_000);
});
