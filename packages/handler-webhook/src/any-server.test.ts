import { type BookendOptions, createBookend, createCall, memoryAudit, memoryBindings } from "@bookend/core";
import { startReceiver } from "@bookend/test-kit/http-receiver";
import { CloudEvent, HTTP } from "cloudevents";
import { afterEach, describe, expect, it } from "vitest";
import { webhook } from "./index.js";

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const receiver of started.splice(0)) await receiver.stop();
});

const canary = "c4nary-of-the-host";

/** Returns the webhooks that a call of an invoices API causes; the API has plain REST responses. */
async function invoices(options: Record<string, unknown>, host: Partial<BookendOptions> = {}) {
  const receiver = await startReceiver();
  started.push(receiver);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [webhook({ allow: ["127.0.0.1"] })],
    bindings: memoryBindings(),
    audit,
    url: "https://invoices.example.com",
    secrets: { api_token: canary },
    tags: { customer: { description: "Name of the customer.", value: async () => 'Smith & "Sons"' } },
    clock: () => new Date("2026-03-15T12:00:00Z"),
    ...host,
  });
  const binding = {
    name: "hook",
    events: ["invoice_create"],
    handler: "WebHook",
    action: "post_webhook",
    options: { URL: receiver.url, replace: "True", ...options },
  };
  const post = async (id = "call-1") => {
    const request = { path: "/invoices", parameters: { amount: 12.5, paid: false, note: "3 pieces" } };
    await bookend.handle(createCall({ id, event: "invoice_create", request }), () => ({
      status: 201,
      body: { number: "I-7", total: { amount: 100.25, currency: "EUR" } },
    }));
    return audit.entries.at(-1);
  };
  return { ...receiver, bookend, binding, post, audit };
}

async function posted(options: Record<string, unknown>, host: Partial<BookendOptions> = {}) {
  const made = await invoices(options, host);
  await made.bookend.bindings.add(made.binding);
  const entry = await made.post();
  return { ...made, entry, body: made.received[0]?.body ?? "", headers: made.received[0]?.headers ?? {} };
}

describe("a value that is not a string", () => {
  const data =
    '{"amount": "{number:response.total.amount}", "in": "{number:param.amount}", "paid": "{boolean:param.paid}", ' +
    '"none": "{number:response.none}", "text": "{response.total.amount}", "to": "{customer}", "{number:a}": 1, "literal": "x {number:y}"}';

  it("is inserted as JSON if the string requests it", async () => {
    const { body } = await posted({ content_type: "json", data });
    expect(JSON.parse(body)).toEqual({
      ...{ amount: 100.25, in: 12.5, paid: false, none: null, text: "100.25", to: 'Smith & "Sons"' },
      ...{ "{number:a}": 1, literal: "x {number:y}" },
    });
  });

  it.each(["{number:param.note}", "{boolean:param.amount}"])("that is invalid fails: %s", async (tag) => {
    const { entry, received } = await posted({ content_type: "json", data: JSON.stringify([tag]) });
    expect(entry).toMatchObject({ outcome: "failed", reason: expect.stringContaining("is not a") });
    expect(entry?.reason).not.toContain("pieces");
    expect(received).toEqual([]);
  });

  it("of a tag that does not exist is refused", async () => {
    const { bookend, binding } = await invoices({ content_type: "json", data: '["{number:paran.amount}"]' });
    await expect(bookend.bindings.add(binding)).rejects.toThrow(/options\.data/);
  });
});

describe("a CloudEvent", () => {
  const event = { content_type: "cloudevents", data: '{"number": "{response.number}"}' };

  it("is accepted by a CloudEvents receiver", async () => {
    const { body, headers } = await posted(event);
    expect(headers["content-type"]).toBe("application/cloudevents+json");
    const received = HTTP.toEvent<object>({ headers, body });
    expect(received).toBeInstanceOf(CloudEvent);
    expect((received as CloudEvent<object>).validate()).toBe(true);
    expect(JSON.parse(JSON.stringify(received))).toEqual({
      specversion: "1.0",
      id: "call-1/1",
      source: "https://invoices.example.com",
      type: "invoice_create",
      time: "2026-03-15T12:00:00.000Z",
      subject: "/invoices",
      datacontenttype: "application/json",
      data: { number: "I-7" },
    });
  });

  it("has a unique id for each call and binding", async () => {
    const made = await invoices(event);
    await made.bookend.bindings.add(made.binding);
    await made.bookend.bindings.add({ ...made.binding, name: "second" });
    await made.post("a");
    await made.post("b");
    await made.post("a");
    expect(made.received.map(({ body }) => JSON.parse(body).id)).toEqual(["a/1", "a/2", "b/1", "b/2", "a/1", "a/2"]);
  });

  it.each([
    ["application/cloudevents+json", "{response.number}", "I-7"],
    ["cloudevents", "{response.none}", undefined],
    ["cloudevents", "", "/invoices"],
  ])("of type %s with the subject option %j has the subject %j", async (content_type, subject, expected) => {
    const { body } = await posted({ ...event, content_type, subject });
    expect(JSON.parse(body).subject).toBe(expected);
  });

  it("has a source even if the host has no URL", async () => {
    const { body, headers } = await posted(event, { url: undefined });
    expect((HTTP.toEvent({ headers, body }) as CloudEvent<unknown>).source).toBe("urn:bookend");
  });

  it("has its data verbatim: numbers keep their digits, and no value breaks out of its string", async () => {
    const { body } = await posted({ ...event, data: ' [12345678901234567890, "{customer}"]\n' });
    expect(body).toContain('"data":[12345678901234567890, "Smith & \\"Sons\\""]}');
  });

  it.each(['{"a": ', "a=b", ""])("with the data %j is refused", async (data) => {
    const { bookend, binding } = await invoices({ ...event, data });
    await expect(bookend.bindings.add(binding)).rejects.toThrow(/options\.data/);
  });
});

describe("headers", () => {
  const json = { content_type: "json", data: "{}" };

  it("contain a secret of the host, which is shown nowhere else", async () => {
    const own = "Authorization: Bearer {secret.api_token}\r\n\n X-Customer : {param.amount}; {event}";
    const { headers, bookend, audit } = await posted({ ...json, replace: "False", headers: own });
    expect(headers).toMatchObject({ authorization: `Bearer ${canary}`, "x-customer": "12.5; invoice_create" });
    const call = createCall({ event: "invoice_create" });
    const shown = [audit.entries, await bookend.bindings.list(), await bookend.explain(call), await bookend.check()];
    expect(JSON.stringify(shown)).not.toContain(canary);
    expect(await bookend.check()).toMatchObject([{ code: "SECRET_TAG" }]);
  });

  it.each([
    ["Authorization", /name and a colon/],
    ["a b: c", /name and a colon/],
    ["X: 1\nx: 2", /the header x is given twice/],
    ["Content-Type: text/html", /content-type is set by the handler itself/],
    ["Host: example.org", /host is set/],
    ["Webhook-Signature: v1,x", /webhook-signature is set/],
    ["Transfer-Encoding: chunked", /transfer-encoding is set/],
    ["X: {secret.other}", /there is no tag \{secret\.other\}/],
    ["X: {nothing}", /there is no tag \{nothing\}/],
    [Array.from({ length: 51 }, (_, i) => `x-${i}: 1`).join("\n"), /too many/],
  ])("%j are refused", async (headers, message) => {
    const { bookend, binding } = await invoices({ ...json, headers });
    await expect(bookend.bindings.add(binding)).rejects.toThrow(message);
  });

  it("with a line break in a value are not sent", async () => {
    const tags = { bad: { description: "", value: () => "a\r\nX-Injected: 1" } };
    const { entry, received } = await posted({ ...json, headers: "X: {bad}" }, { tags });
    expect(entry).toMatchObject({ outcome: "fault", reason: "BookendError HEADER_INVALID" });
    expect(received).toEqual([]);
  });

  it("are hidden from users who may see the binding", async () => {
    const { bookend } = await posted({ ...json, headers: "X: literal-c4nary" });
    const { redactOptions } = await import("@bookend/core");
    const [stored] = await bookend.bindings.list();
    const action = bookend.registry.action("WebHook", "post_webhook");
    expect(JSON.stringify(redactOptions(action, stored?.options ?? {}))).not.toContain("c4nary");
  });
});
