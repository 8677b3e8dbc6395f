import { expect, it } from "vitest";
import { z } from "zod";
import { createBookend, createCall, defineAction, defineHandler, memoryBindings, parseTemplate } from "../index.js";

const template = () => z.string().transform((text) => parseTemplate(text));

/** Runs an action that leaves a response that cannot be sent. */
async function statusAfter(changesCall: unknown): Promise<number> {
  const handler = defineHandler({
    id: "Careless",
    description: "",
    positions: ["post"],
    actions: {
      break: defineAction({
        description: "",
        options: z.strictObject({}),
        changesCall: changesCall as boolean | undefined,
        run({ call }) {
          if (call.response) call.response.status = 999;
        },
      }),
    },
  });
  const bindings = memoryBindings([{ name: "break", events: ["e"], handler: "Careless", action: "break" }]);
  const bookend = createBookend({ handlers: [handler], bindings });
  const { status } = await bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
  bookend.close();
  return status;
}

it("restores a call that an action broke, unless the action declares that it changes none", async () => {
  expect(await statusAfter(undefined)).toBe(200);
  expect(await statusAfter(true)).toBe(200);
  expect(await statusAfter(false)).toBe(999);
});

it("restores a call that a host's tag broke, although the action that renders it declares that it changes none", async () => {
  const handler = defineHandler({
    id: "Careful",
    description: "",
    positions: ["post"],
    actions: {
      write: defineAction({
        description: "",
        options: z.strictObject({ text: template() }),
        changesCall: false,
        run: async ({ options, render }) => void (await render(options.text)),
      }),
    },
  });
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings([
      { name: "write", events: ["e"], handler: "Careful", action: "write", options: { text: "{mine}" } },
    ]),
    tags: {
      mine: {
        description: "",
        value({ facts: { call } }) {
          if (call.response) call.response.status = 999;
          return "";
        },
      },
    },
  });
  const { status } = await bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
  bookend.close();
  expect(status).toBe(200);
});

it("refuses a declaration that is not a boolean", async () => {
  await expect(statusAfter("no")).rejects.toMatchObject({
    code: "HANDLER_INVALID",
    message: expect.stringContaining('changesCall: "no" is not valid. Allowed: a boolean.'),
  });
});
