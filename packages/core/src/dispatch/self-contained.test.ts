import { processesBeside } from "@bookend/test-kit/run-process";
import { expect, it } from "vitest";
import { z } from "zod";
import { createBookend, createCall, defineHandler, memoryBindings, parseTemplate } from "../index.js";

const run = processesBeside(new URL("../../test/processes/x.ts", import.meta.url).href);

/** Node.js 20 and 22 track every promise once an `AsyncLocalStorage` is in use; later versions never do. */
const tracks = Number(process.versions.node.split(".")[0]) < 24;

it("lets Node.js track promises only once an action has run that is not self-contained", async () => {
  expect(JSON.parse(await run("tracked-promises.ts"))).toEqual([false, false, tracks]);
});

it("raises no event for calls that a self-contained action makes in its synchronous part", async () => {
  const ran: string[] = [];
  const call = createCall({ event: "e" });
  const handler = defineHandler({
    id: "Nested",
    description: "",
    positions: ["post"],
    actions: {
      nest: {
        description: "",
        options: z.strictObject({}),
        selfContained: true,
        run: () => {
          ran.push("action");
          void bookend.handle(createCall({ event: "e" }), () => {
            ran.push("nested call");
            return { status: 200, body: {} };
          });
        },
      },
    },
  });
  const binding = { name: "nest", events: ["e"], handler: "Nested", action: "nest" };
  const bookend = createBookend({ handlers: [handler], bindings: memoryBindings([binding]) });
  await bookend.handle(call, () => ({ status: 200, body: {} }));
  await bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
  expect(ran).toEqual(["action", "nested call", "action", "nested call"]);
  bookend.close();
});

it("knows the tags of the host in the schema of a self-contained action", async () => {
  const rendered: string[] = [];
  const handler = defineHandler({
    id: "Texts",
    description: "",
    positions: ["post"],
    actions: {
      say: {
        description: "",
        options: z.strictObject({ text: z.string().transform((text) => parseTemplate(text)) }),
        selfContained: true,
        run: async ({ options, render }) => void rendered.push(await render(options.text)),
      },
    },
  });
  const binding = { name: "say", events: ["e"], handler: "Texts", action: "say", options: { text: "from {site}" } };
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings([binding]),
    tags: { site: { description: "", value: () => "Berlin" } },
  });
  await bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
  expect(rendered).toEqual(["from Berlin"]);
  bookend.close();
});
