import asyncApi from "@asyncapi/specs/schemas/3.0.0.json" with { type: "json" };
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { createConsole } from "../../test/console.js";

// the schema contains its own copy of JSON Schema draft 7
const valid = new Ajv({ meta: false, validateSchema: false, strict: false, validateFormats: false }).compile(asyncApi);

test("the AsyncAPI document names events with their schemas, and webhooks of active bindings without secrets", async () => {
  const binding = { events: ["token_init"], handler: "Note", action: "write" };
  const hook = "https://x.example/hook?key=geheim";
  const { bookend, get } = createConsole({
    bindings: [
      { ...binding, name: "posts", options: { to: "door", hook } },
      { ...binding, name: "is off", options: { to: "door", hook }, active: false },
      { ...binding, name: "posts nothing", options: { to: "door" } },
    ],
  });
  bookend.declareEvents([
    {
      name: "order/placed ü",
      description: "An order.",
      parameters: { type: "object", properties: { to: { $ref: "#/$defs/name" } }, $defs: { name: { type: "string" } } },
    },
  ]);
  await bookend.ready();
  const { status, body } = await get("/event/asyncapi.json");
  expect(status).toBe(200);
  expect([valid(body), valid.errors]).toEqual([true, null]);
  const names = Object.keys(body.channels);
  expect(names).toContain("webhook_1");
  expect(names.filter((name) => name.startsWith("webhook_"))).toEqual(["webhook_1"]);
  expect(body.channels.webhook_1.address).toContain("https://");
  expect(JSON.stringify(body)).not.toContain("geheim");
  const [order] = Object.values<{ address: string; messages: { call: { payload: { schema: object } } } }>(
    body.channels,
  ).filter(({ address }) => address === "order/placed ü");
  // its references resolve within the document
  const call = new Ajv2020({ strict: false }).compile(order?.messages.call.payload.schema ?? false);
  expect([call({ parameters: { to: "x" } }), call({ parameters: { to: 1 } })]).toEqual([true, false]);
  expect(
    (await createConsole({ authorize: () => ({ status: 403, code: 1, message: "no" }) }).get("/event/asyncapi.json"))
      .status,
  ).toBe(403);
});
