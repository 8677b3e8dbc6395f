import { randomBytes } from "node:crypto";
import { Socket } from "node:net";
import {
  type BindingInvalidError,
  createBookend,
  createCall,
  type Delivery,
  type JsonValue,
  memoryAudit,
  memoryBindings,
  type Outbox,
  type Sender,
} from "@bookend/core";
import { createHttpClient } from "@bookend/http-client";
import { startReceiver } from "@bookend/test-kit/http-receiver";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { type WebhookOptions, webhook } from "./index.js";

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const receiver of started.splice(0)) await receiver.stop();
});
async function receive(...answer: Parameters<typeof startReceiver>) {
  const receiver = await startReceiver(...answer);
  started.push(receiver);
  return receiver;
}

const json = { content_type: "application/json", replace: "True", data: '{"user": "{username}"}' };

async function post(
  options: Record<string, unknown>,
  host: WebhookOptions = { allow: ["127.0.0.1"] },
  outbox?: Outbox,
) {
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [webhook(host)],
    bindings: memoryBindings(),
    audit,
    outbox,
    directories: {
      users: {
        find: (user) => ({ ...user, resolver: "r", attributes: { givenname: 'Al"ice & <b>', surname: "{admin}" } }),
        resolversOf: () => [],
      },
    },
  });
  await bookend.bindings.add({
    name: "hook",
    events: ["call"],
    handler: "WebHook",
    action: "post_webhook",
    options,
    delivery: outbox ? "durable" : "inline",
  });
  await bookend.handle(createCall({ event: "call", request: { user: { login: 'al"i\\ce', realm: "r&1=2" } } }), () => ({
    status: 200,
    body: {},
  }));
  return { entry: audit.entries[0], bookend };
}

describe("a webhook", () => {
  it("keeps numbers and booleans of a JSON template, and escapes values in its strings", async () => {
    const { url, received } = await receive();
    const data =
      '{ "n": 12345678901234567890, "f": 1.50, "yes": true, "no": null, "{username}": ["{givenname}", "{surname}"] }';
    await post({ ...json, URL: url, data });
    expect(received[0]?.body).toBe(
      '{ "n": 12345678901234567890, "f": 1.50, "yes": true, "no": null, "al\\"i\\\\ce": ["Al\\"ice & <b>", "{admin}"] }',
    );
  });

  it("succeeds according to the status, even if the body of the response is long", async () => {
    const { url, received } = await receive((response) => response.write(Buffer.alloc(2_000_000)));
    const { entry } = await post({ ...json, URL: url });
    expect(entry).toMatchObject({ success: true, outcome: "done" });
    expect(received).toHaveLength(1);
  });

  it("encodes values in a form", async () => {
    const { url, received } = await receive();
    const form = { content_type: "urlencoded", replace: "1", data: "u={username}&realm={user_realm}&x=1" };
    await post({ ...form, URL: url });
    expect(received[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect([...new URLSearchParams(received[0]?.body)]).toEqual([
      ["u", 'al"i\\ce'],
      ["realm", "r&1=2"],
      ["x", "1"],
    ]);
  });

  it.each([200, 202, 299])("succeeds with status %i", async (status) => {
    const { url } = await receive((response) => response.writeHead(status));
    expect((await post({ ...json, URL: url })).entry).toMatchObject({ success: true, details: { status } });
  });

  it.each([301, 400, 404, 500, 503])("fails with status %i", async (status) => {
    const { url } = await receive((response) => response.writeHead(status));
    const { entry } = await post({ ...json, URL: url });
    expect(entry).toMatchObject({
      success: false,
      outcome: "failed",
      reason: `the server responded with status ${status}`,
    });
  });

  it("does not follow a redirect to the metadata service", async () => {
    const { url, received } = await receive((response) =>
      response.writeHead(302, { location: "http://169.254.169.254/" }),
    );
    const { entry } = await post({ ...json, URL: url });
    expect(entry).toMatchObject({ success: false, reason: "the server responded with status 302" });
    expect(received).toHaveLength(1);
  });

  it.each([
    "http://127.0.0.1:9/",
    "http://[::ffff:7f00:1]:9/",
    "http://2130706433:9/",
    "http://0x7f.1:9/",
    "http://169.254.169.254/",
  ])("to %s is refused when connecting, and causes a warning when saved", async (URL) => {
    const connected: unknown[] = [];
    const refuse = () => {
      connected.push(URL);
      throw new Error("must not be reached");
    };
    const { entry } = await post({ ...json, URL }, { client: createHttpClient({ connect: refuse }) });
    expect(entry).toMatchObject({ success: false, reason: "not posted: ADDRESS_REFUSED" });
    expect(connected).toEqual([]);
    const bookend = createBookend({ handlers: [webhook()], bindings: memoryBindings() });
    const options = { ...json, URL };
    expect(
      await bookend.check({ name: "h", events: ["call"], handler: "WebHook", action: "post_webhook", options }),
    ).toMatchObject([{ severity: "warning", field: "options.URL" }]);
  });

  it("to a name is refused if the name resolves to a private address when connecting", async () => {
    const answers = [["93.184.215.14"], ["127.0.0.1"]];
    const asked: string[] = [];
    const connected: string[] = [];
    const client = createHttpClient({
      keepAlive: false,
      lookup: async (name) => {
        asked.push(name);
        return (answers.shift() ?? []).map((address) => ({ address, family: 4 as const }));
      },
      connect: ({ lookup }) => {
        lookup?.("", { all: false }, (_, address) => connected.push(String(address)));
        return new Socket().destroy(Object.assign(new Error("no network here"), { code: "ENETUNREACH" }));
      },
    });
    const first = await post({ ...json, URL: "http://rebinding.example/" }, { client });
    expect(first.entry).toMatchObject({ reason: "not posted: CONNECT_FAILED" });
    const second = await post({ ...json, URL: "http://rebinding.example/" }, { client });
    expect(second.entry).toMatchObject({ reason: "not posted: ADDRESS_REFUSED" });
    expect(asked).toHaveLength(2);
    expect(connected).toEqual(["93.184.215.14"]);
  });
});

describe("a signature", () => {
  const secret = () => `whsec_${randomBytes(24).toString("base64")}`;

  it("can be verified with each of the operator's secrets and no other", async () => {
    const { url, received } = await receive();
    const secrets = [secret(), secret()];
    await post({ ...json, URL: url }, { allow: ["127.0.0.1"], secrets });
    const { body = "", headers = {} } = received[0] ?? {};
    for (const known of secrets) {
      expect(new Webhook(known).verify(body, headers as Record<string, string>)).toEqual({ user: 'al"i\\ce' });
    }
    expect(() => new Webhook(secret()).verify(body, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(secrets[0] ?? "").verify(`${body} `, headers as Record<string, string>)).toThrow();
  });

  it("has the same id in all attempts", async () => {
    const { url, received } = await receive((response) => response.writeHead(503, { "retry-after": "7" }));
    const submitted: [Delivery, Sender<JsonValue>][] = [];
    const outbox: Outbox = {
      submit(delivery, { kind }) {
        submitted.push([delivery, kind.send]);
        return { status: "done" };
      },
    };
    let seconds = 1_800_000_000;
    const clock = () => new Date(seconds++ * 1000);
    await post({ ...json, URL: url }, { allow: ["127.0.0.1"], secrets: [secret()], clock }, outbox);
    const [delivery, send] = submitted[0] ?? expect.unreachable();
    for (const attempt of [1, 2]) {
      expect(await send(delivery, { signal: new AbortController().signal, attempt })).toMatchObject({
        status: "failed",
        permanent: false,
        retryAfterMs: 7000,
      });
    }
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([delivery.id, delivery.id]);
    expect(received.map(({ headers }) => headers["webhook-timestamp"])).toEqual(["1800000000", "1800000002"]);
  });

  it("is missing without secrets; an invalid secret is refused without being shown", async () => {
    const { url, received } = await receive();
    await post({ ...json, URL: url });
    expect(received[0]?.headers).not.toHaveProperty("webhook-signature");
    expect(() => webhook({ secrets: ["hunter2"] })).toThrow(
      /^secrets\.0: the webhook secret is not valid\. Allowed: "whsec_"/,
    );
  });
});

describe("saving", () => {
  it.each([
    [{ URL: "ftp://example.org/" }, "URL", /http or https/],
    [{ URL: "http://user:pw@example.org/" }, "URL", /without user/],
    [{ data: '{"a": ' }, "data", /JSON/],
    [{ data: '{"a": "{usrname}"}' }, "data", /username/],
    [{ content_type: "text/plain" }, "content_type", /application\/json/],
    [{ replace: "maybe" }, "replace", /true, false/],
  ])("refuses %j", async (wrong, field, message) => {
    const error: BindingInvalidError = await post({ ...json, URL: "https://example.org/", ...wrong }).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.problems).toMatchObject([{ field: `options.${field}`, message: expect.stringMatching(message) }]);
  });

  it("does not show a password in a URL", async () => {
    const error: Error = await post({ ...json, URL: "http://user:hunter2@example.org/" }).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toContain("//***@example.org");
    expect(JSON.stringify(error) + error.message).not.toContain("hunter2");
  });

  it("warns about a secret that would be sent in plain text", async () => {
    const bookend = createBookend({ handlers: [webhook()], bindings: memoryBindings() });
    const check = (URL: string) =>
      bookend.check({
        name: "h",
        events: ["call"],
        handler: "WebHook",
        action: "post_webhook",
        options: { ...json, URL, data: '{"pin": "{pin}"}' },
      });
    expect(await check("http://example.org/")).toMatchObject([{ severity: "warning", code: "SECRET_TAG" }]);
    expect(await check("https://example.org/")).toEqual([]);
  });

  it("warns about a secret that the outbox keeps, unless max_age is at most an hour", async () => {
    const outbox: Outbox = { submit: () => ({ status: "done" }) };
    const bookend = createBookend({ handlers: [webhook()], bindings: memoryBindings(), outbox });
    const check = (max_age?: string) =>
      bookend.check({
        name: "h",
        events: ["call"],
        handler: "WebHook",
        action: "post_webhook",
        options: { ...json, URL: "https://example.org/", data: '{"pin": "{pin}"}', ...(max_age && { max_age }) },
        delivery: "durable",
      });
    expect(await check("1h")).toEqual([]);
    expect(await check()).toMatchObject([{ severity: "warning", code: "SECRET_TAG", field: "options.data" }]);
    expect(await check("0h")).toMatchObject([{ severity: "error", field: "options.max_age" }]);
  });
});

describe("the status of a server's response", () => {
  it.each<[number, Record<string, string>, object]>([
    [410, {}, { permanent: true, destination: "disable" }],
    [503, { "retry-after": "7" }, { permanent: false, destination: "wait", retryAfterMs: 7_000 }],
    [
      429,
      { "retry-after": new Date(1_800_000_090_000).toUTCString() },
      { permanent: false, destination: "wait", retryAfterMs: 90_000 },
    ],
    [503, { "retry-after": "soon" }, { permanent: false, destination: undefined, retryAfterMs: undefined }],
    [500, {}, { permanent: false, destination: undefined }],
    [404, { "retry-after": "7" }, { permanent: true, destination: undefined, retryAfterMs: undefined }],
  ])("decides what the outbox does next: %d with the headers %j", async (status, headers, expected) => {
    const { url } = await receive((response) => response.writeHead(status, headers));
    const submitted: [Delivery, Sender<JsonValue>][] = [];
    const outbox: Outbox = {
      submit(delivery, { kind }) {
        submitted.push([delivery, kind.send]);
        return { status: "done" };
      },
    };
    const clock = () => new Date(1_800_000_000_000);
    const options = { ...json, URL: url, max_age: "30d", ordered: "true" };
    await post(options, { allow: ["127.0.0.1"], clock }, outbox);
    const [delivery, send] = submitted[0] ?? expect.unreachable();
    expect(delivery).toMatchObject({ ordered: true, retry: { maxAgeMs: 2_592_000_000 } });
    const result = await send(delivery, { signal: new AbortController().signal, attempt: 1 });
    expect(result).toMatchObject({
      status: "failed",
      reason: `the server responded with status ${status}`,
      ...expected,
    });
  });
});
