// Creates two Bookends from two copies of the package, and rejections in their handlers or in the server. Prints what
// the server's own listener received.
import { setTimeout } from "node:timers/promises";
import * as one from "@bookend/core";
import { z } from "zod";

const [listens, whose] = process.argv.slice(2);
// the query makes it a separate module, like another version in another node_modules
const url = `${import.meta.resolve("@bookend/core")}`;
const two = (await import(url.replace(/index\.ts$/, "index.ts?copy"))) as typeof one;

const heard: string[] = [];
if (listens === "listener") process.on("unhandledRejection", (error) => void heard.push((error as Error).message));
const before = process.listenerCount("unhandledRejection");

async function later(of: string): Promise<void> {
  await null;
  throw new Error(of);
}

const opened = ([one, two] as const).map(({ createBookend, createCall, defineHandler, memoryBindings }) => {
  const handler = defineHandler({
    id: "Left",
    description: "",
    positions: ["post"],
    actions: { leave: { description: "", options: z.strictObject({}), run: () => void later("an action") } },
  });
  const bindings = memoryBindings([{ name: "b", events: ["e"], handler: "Left", action: "leave" }]);
  const bookend = createBookend({ handlers: [handler], bindings });
  return { bookend, call: () => bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} })) };
});
const during = process.listenerCount("unhandledRejection") - before;
for (const { call } of opened) await call();
if (whose === "server") void later("the server");
await setTimeout(20);
opened[0]?.bookend.close();
await opened[1]?.call();
await setTimeout(20);
opened[1]?.bookend.close();
opened[1]?.bookend.close();
console.log(JSON.stringify({ heard, during, left: process.listenerCount("unhandledRejection") - before }));
