import { type HttpPeer, type SmtpSink, startHttpPeer, startSmtpSink } from "@bookend/conformance";
import {
  type BindingInput,
  type Bookend,
  createCall,
  describePrivacyideaConditions,
  type Logger,
  optionsJsonSchemaOf,
} from "@bookend/core";
import { createMailer } from "@bookend/messaging";
import { generateAuditKey, openDatabase, openStore } from "@bookend/store-sql";
import { describe, expect, test } from "vitest";
import { createEvents } from "../src/events.js";
import { Invoices } from "../src/invoices.js";
import { startExpress } from "../src/servers/express.js";
import { startFastify } from "../src/servers/fastify.js";
import { startHono } from "../src/servers/hono.js";
import { startNext } from "../src/servers/next.js";
import type { RunningServer, ServerParts } from "../src/servers/running-server.js";

const people = [
  { login: "carla", name: "Carla Clerk", email: "carla@shop.example", role: "clerk" },
  { login: "ada", name: "Ada Admin", email: "ada@shop.example", role: "admin" },
  { login: "kim", name: "Kim Kunde", email: "kim@home.example", role: "customer" },
] as const;

/** A value that may appear only in a header. */
const ledgerToken = "canary-of-the-ledger-4711";

/** The API, and the servers that its actions talk to. */
interface World {
  readonly bookend: Bookend;
  readonly mails: SmtpSink;
  readonly hooks: HttpPeer;
  /** The log lines. */
  readonly lines: readonly string[];
  /** Returns all rows of the audit log. */
  audited(): Promise<string>;
  call(path: string, body: unknown, login?: string): Promise<{ readonly status: number; readonly body: unknown }>;
}

async function withWorld(
  start: (parts: ServerParts) => Promise<RunningServer>,
  bindings: (hooks: HttpPeer) => readonly BindingInput[],
  run: (world: World) => Promise<void>,
): Promise<void> {
  const mails = await startSmtpSink();
  const hooks = await startHttpPeer();
  const database = await openDatabase({ url: "sqlite::memory:" });
  const store = await openStore({ database, auditKey: generateAuditKey() });
  const { host, port } = mails;
  const office = createMailer({ host, port, security: "smtp", sender: "Shop <shop@shop.example>" });
  const lines: string[] = [];
  const log = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const invoices = new Invoices(people);
  const bookend = createEvents({
    invoices,
    bindings: store.bindings,
    audit: store.audit,
    mailers: { office },
    webhookTargets: ["127.0.0.1"],
    ledgerToken,
    logger,
  });
  for (const binding of bindings(hooks)) await bookend.bindings.add(binding);
  const server = await start({ bookend, invoices });
  try {
    await run({
      bookend,
      mails,
      hooks,
      lines,
      async audited() {
        const pages: string[] = [];
        for await (const page of store.audit.exportCsv()) pages.push(page);
        return pages.join("");
      },
      async call(path, body, login) {
        const response = await fetch(`${server.url}${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", ...(login && { authorization: `Bearer ${login}` }) },
          body: JSON.stringify(body),
        });
        return { status: response.status, body: await response.json() };
      },
    });
  } finally {
    await server.stop();
    bookend.close();
    office.close();
    await store.close();
    await database.close();
    await Promise.all([mails.stop(), hooks.stop()]);
  }
}

const order = { customer: "kim", amount: 149.5, currency: "EUR" };

const mail = (more: Partial<BindingInput>, body = "Invoice {invoice_number} for {surname}"): BindingInput => ({
  name: "mail",
  events: ["invoice_create"],
  handler: "UserNotification",
  action: "sendmail",
  options: { emailconfig: "office", To: "tokenowner", subject: "Your invoice {invoice_number}", body },
  ...more,
});

const post = (hooks: HttpPeer, more: Partial<BindingInput> = {}, options: object = {}): BindingInput => ({
  name: "ledger",
  events: ["invoice_create"],
  handler: "WebHook",
  action: "post_webhook",
  options: {
    URL: `${hooks.url}/ledger`,
    content_type: "application/json",
    replace: true,
    data: '{"number":"{invoice_number}","amount":"{number:response.total.amount}","currency":"{response.total.currency}"}',
    ...options,
  },
  ...more,
});

/** Returns the descriptions of the handlers that forms show. */
async function describedBy({ registry }: Bookend): Promise<unknown> {
  const handlers = [...registry.handlers.values()];
  return {
    conditions: await Promise.all(handlers.map(({ id }) => describePrivacyideaConditions(registry, id, {}))),
    options: handlers.flatMap(({ actions }) => Object.values(actions).map(optionsJsonSchemaOf)),
    tags: [...registry.tags.values()].map(({ name, description }) => `${name}: ${description}`),
  };
}

describe.each([
  ["Fastify", startFastify],
  ["Express", startExpress],
  ["Hono", startHono],
  ["Next.js style", startNext],
])(`the invoices API in %s on Node.js ${process.versions.node}`, (_name, start) => {
  test("responds like a REST API with Bookend around it", async () => {
    await withWorld(
      start,
      () => [],
      async ({ call }) => {
        const invoice = { number: "INV-1", customer: "kim", total: { amount: 149.5, currency: "EUR" }, paid: false };
        expect(await call("/invoices", order, "carla")).toEqual({ status: 201, body: invoice });
        expect(await call("/invoices/INV-1/payment", {}, "carla")).toEqual({
          status: 200,
          body: { ...invoice, paid: true },
        });
        expect(await call("/invoices/INV-1/payment", {}, "carla")).toMatchObject({ status: 409 });
        expect(await call("/invoices/INV-9/payment", {}, "carla")).toMatchObject({ status: 404 });
        expect(await call("/invoices", { ...order, amount: "much" }, "carla")).toMatchObject({ status: 400 });
        expect(await call("/invoices", order, "kim")).toMatchObject({ status: 403 });
        expect(await call("/invoices", order)).toMatchObject({ status: 403 });
      },
    );
  });

  test("a mail names the invoice's number and the customer", async () => {
    await withWorld(
      start,
      () => [mail({}, "Dear {givenname} {surname}, your invoice is {invoice_number}.")],
      async (world) => {
        await world.call("/invoices", order, "carla");
        expect(world.mails.received).toHaveLength(1);
        expect(world.mails.received[0]?.to).toEqual(["kim@home.example"]);
        expect(world.mails.received[0]?.raw).toContain("Subject: Your invoice INV-1");
        expect(world.mails.received[0]?.raw).toContain("Dear Kim Kunde, your invoice is INV-1.");
      },
    );
  });

  test("a webhook contains the amount as a number and the currency as a string", async () => {
    await withWorld(
      start,
      (hooks) => [post(hooks)],
      async ({ call, hooks }) => {
        await call("/invoices", order, "carla");
        expect(hooks.received.map(({ body }) => JSON.parse(body))).toEqual([
          { number: "INV-1", amount: 149.5, currency: "EUR" },
        ]);
      },
    );
  });

  test("a binding runs only for 4xx responses", async () => {
    const only4xx = { events: ["invoice_pay"], conditions: { http_status: "4xx" } };
    const options = { data: '{"status":"{number:http_status}"}' };
    await withWorld(
      start,
      (hooks) => [post(hooks, only4xx, options)],
      async ({ call, hooks }) => {
        await call("/invoices", order, "carla");
        await call("/invoices/INV-1/payment", {}, "carla");
        expect(hooks.received).toEqual([]);
        await call("/invoices/INV-1/payment", {}, "carla");
        await call("/invoices/INV-9/payment", {}, "carla");
        expect(hooks.received.map(({ body }) => JSON.parse(body))).toEqual([{ status: 409 }, { status: 404 }]);
      },
    );
  });

  test("the condition of the API checks the amount of the invoice, before and after the call", async () => {
    const large = { conditions: { invoice_amount: ">100" } };
    const bindings = () => [
      mail(large, "made {invoice_number}"),
      mail({ ...large, name: "pre", events: ["invoice_pay"], position: "pre" }, "will be paid {invoice_number}"),
    ];
    await withWorld(start, bindings, async ({ call, mails }) => {
      await call("/invoices", { ...order, amount: 100 }, "carla");
      await call("/invoices/INV-1/payment", {}, "carla");
      expect(mails.received).toEqual([]);
      await call("/invoices", { ...order, amount: 100.5 }, "carla");
      await call("/invoices/INV-2/payment", {}, "carla");
      expect(mails.received.map(({ raw }) => /made INV-\d|will be paid INV-\d/.exec(raw)?.[0])).toEqual([
        "made INV-2",
        "will be paid INV-2",
      ]);
    });
  });

  test("a condition checks for the role of a clerk", async () => {
    await withWorld(
      start,
      () => [mail({ conditions: { actor_role: "clerk" } })],
      async ({ bookend, call, mails }) => {
        await call("/invoices", order, "ada");
        expect(mails.received).toEqual([]);
        await call("/invoices", order, "carla");
        expect(mails.received).toHaveLength(1);
        await expect(bookend.bindings.add(mail({ name: "none", conditions: { actor_role: "clark" } }))).rejects.toThrow(
          "clerk",
        );
      },
    );
  });

  test("a secret reaches a header, and appears nowhere else", async () => {
    const options = { headers: "Authorization: Bearer {secret.ledger_token}" };
    await withWorld(
      start,
      (hooks) => [post(hooks, {}, options)],
      async (world) => {
        const { bookend, call, hooks, lines } = world;
        await call("/invoices", order, "carla");
        expect(hooks.received[0]?.headers.authorization).toBe(`Bearer ${ledgerToken}`);
        // a failing receiver is recorded, too
        hooks.respond({ status: 500, body: "broken" });
        const answers = [await call("/invoices", order, "carla"), await call("/invoices", {}, "carla")];
        const explained = createCall({ event: "invoice_create", request: { parameters: order } });
        const shown = {
          answers,
          bodies: hooks.received.map(({ body, path }) => [body, path]),
          audit: await world.audited(),
          explain: await bookend.explain(explained),
          list: await bookend.bindings.list(),
          check: await bookend.check(),
          describe: await describedBy(bookend),
          lines,
        };
        expect(shown.audit).toContain("post_webhook");
        for (const [part, value] of Object.entries(shown))
          expect(JSON.stringify(value), part).not.toContain(ledgerToken);
      },
    );
  });
});
