import { setFlagsFromString } from "node:v8";
import { createBookend, memoryBindings } from "@bookend/core";
import fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { bookendPlugin } from "./index.js";

// V8 keeps the properties of an object in a hash table if they are unlike those of similar objects, which makes each
// access slower: several percent of a server's time, if it is the reply
setFlagsFromString("--allow-natives-syntax");
const isFast = new Function("object", "return %HasFastProperties(object)") as (object: object) => boolean;

it("leaves requests and replies in the form that V8 accesses quickly", async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register(bookendPlugin, { bookend: createBookend({ handlers: [], bindings: memoryBindings([]) }) });
  const fast: boolean[] = [];
  app.addHook("onSend", async (request, reply) => {
    fast.push(isFast(request), isFast(reply), isFast(reply.raw));
  });
  app.post("/token/init", { config: { event: "token_init" } }, async () => ({ serial: "S" }));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  for (let n = 0; n < 5; n++) await (await fetch(`${url}/token/init`, { method: "POST" })).text();
  expect(fast).toEqual(Array(15).fill(true));
});
