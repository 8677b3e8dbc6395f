// Prints when Node.js tracks promises: after bindings were compiled, after a self-contained action, and after any
// other action.
import { setImmediate } from "node:timers/promises";
import { createBookend, createCall, defineHandler, memoryBindings } from "@bookend/core";
import { z } from "zod";

/** Node.js 20 and 22 mark each promise that they track. */
const isTracked = () => Object.getOwnPropertySymbols(Promise.resolve()).length > 0;

const empty = { description: "", options: z.strictObject({}) };
const handler = defineHandler({
  id: "Tracked",
  description: "",
  positions: ["post"],
  actions: { contained: { ...empty, selfContained: true, run: async () => undefined }, other: { ...empty, run() {} } },
});
const bindings = memoryBindings(
  ["contained", "other"].map((action) => ({ name: action, events: [action], handler: "Tracked", action })),
);
const bookend = createBookend({ handlers: [handler], bindings });
const after = async (event?: string) => {
  if (event === undefined) await bookend.ready();
  else await bookend.handle(createCall({ event }), () => ({ status: 200, body: {} }));
  await setImmediate();
  return isTracked();
};
console.log(JSON.stringify([await after(), await after("contained"), await after("other")]));
bookend.close();
