// Makes a call during which an action, a schema or a delivery, or the server itself, leaves a rejected promise behind;
// prints the status if the process is still running.
import { setTimeout } from "node:timers/promises";
import { createBookend, createCall, defineHandler, memoryBindings } from "@bookend/core";
import { z } from "zod";

const [what] = process.argv.slice(2);
const kind = { name: "mail", send: () => ({ status: "sent" as const }) };
const handler = defineHandler({
  id: "Left",
  description: "",
  positions: ["post"],
  actions: {
    action: {
      description: "",
      options: z.strictObject({}),
      run: () => {
        void later("of an action");
      },
    },
    refinement: {
      description: "",
      options: z.strictObject({ a: z.string().refine(() => later("of a schema")) }),
      run: () => undefined,
    },
    delivery: {
      description: "",
      options: z.strictObject({}),
      run: ({ deliver }) => {
        void deliver(kind, 1);
      },
    },
  },
});

async function later(whose: string): Promise<boolean> {
  await null;
  throw new Error(whose);
}

const action = what === "own" ? "action" : (what ?? "");
const options = what === "refinement" ? { a: "x" } : {};
const bookend = createBookend({
  handlers: [handler],
  bindings: memoryBindings([{ name: "b", events: ["e"], handler: "Left", action, options }]),
});
if (what === "own") void later("of the server itself");
const { status } = await bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
await setTimeout(50);
console.log(`${status} still running`);
