import { createBookend, memoryBindings } from "@bookend/core";
import { bytesKept } from "@bookend/test-kit/bytes-kept";
import fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { bookendPlugin } from "./index.js";

it("leaves nothing of a call behind that only a full garbage collection would find", async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register(bookendPlugin, { bookend: createBookend({ handlers: [], bindings: memoryBindings([]) }) });
  app.post("/token/init", { config: { event: "token_init" } }, async () => ({ serial: "S" }));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  expect(await bytesKept(`${url}/token/init`, 100)).toBeLessThan(10_000_000);
});
