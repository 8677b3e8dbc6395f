import type { AddressInfo } from "node:net";
import { createAdmin } from "@bookend/admin";
import { createBookend, createCall, defineHandler } from "@bookend/core";
import { webhook } from "@bookend/handler-webhook";
import {
  generateAuditKey,
  generateOutboxKey,
  openCallLog,
  openDatabase,
  openOutbox,
  openStore,
} from "@bookend/store-sql";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { onTestFinished } from "vitest";
import { z } from "zod";

/** A server of any kind with the management API. */
export interface ManagedHost {
  /** URL of the management API. */
  readonly url: string;
  readonly token: string;
  /** URL of its database. */
  readonly databaseUrl: string;
  /** Makes a call that raises the host's event with this `amount` and a `pin` as parameters. */
  raise(amount: number): Promise<void>;
}

/** Starts a bare Hono server on loopback, with every feature of the management API, and an SQLite file. */
export async function honoHost(databaseUrl: string): Promise<ManagedHost> {
  const database = await openDatabase<object>({ url: databaseUrl });
  const store = await openStore({ database, auditKey: generateAuditKey() });
  const outbox = openOutbox({ database, audit: store.audit, keys: [generateOutboxKey("k1")] });
  const calls = openCallLog({ database, events: "all" });
  const note = defineHandler({
    id: "Note",
    description: "Writes notes.",
    positions: ["post"],
    actions: {
      write: {
        description: "Writes a note.",
        options: z.strictObject({ body: z.string().meta({ "x-tags": [] }) }),
        run: () => undefined,
      },
    },
  });
  const bookend = createBookend({
    handlers: [note, webhook({ allow: ["127.0.0.1"] })],
    bindings: store.bindings,
    audit: store.audit,
    outbox,
    recorder: calls,
    events: ["order"],
  });
  await outbox.start();
  const admin = createAdmin({
    bookend,
    audit: store.audit,
    outbox,
    calls,
    authorize: ({ request }) =>
      request.headers.get("authorization") === "Bearer letmein" || { status: 401, code: 4033, message: "no token" },
    actor: () => ({ username: "hans", realm: "", role: "admin" }),
  });
  const app = new Hono();
  app.all("/event/*", (c) => admin.fetch(c.req.raw));
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
    bookend.close();
    await outbox.close();
    await calls.close();
    await store.close();
    await database.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/event`,
    token: "letmein",
    databaseUrl,
    async raise(amount) {
      const call = createCall({ event: "order", request: { parameters: { amount, pin: "1234" } } });
      const response = await bookend.handle(call, () => ({ status: 200, body: { result: { status: true } } }), {
        recorded: true,
      });
      await bookend.recordCall({
        id: call.id,
        action: "POST /order",
        event: "order",
        success: response.status < 400,
        startedAt: new Date(),
        durationMs: 1,
      });
    },
  };
}
