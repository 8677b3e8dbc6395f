import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdmin } from "@bookend/admin";
import { type BindingInput, type Bookend, createBookend, type DurableOutbox, memoryBindings } from "@bookend/core";
import {
  type CallLog,
  type Database,
  generateAuditKey,
  generateOutboxKey,
  openCallLog,
  openDatabase,
  openOutbox,
  openStore,
  type Store,
} from "@bookend/store-sql";
import { getRequestListener } from "@hono/node-server";
import { inertDirectories, inertHandlers } from "../src/target/inert-handlers.js";

/** A server with the management API and two administrators, identified by their tokens. */
export interface TestServer {
  readonly url: string;
  readonly bookend: Bookend;
  /** The servers that were set up by `POST /smtpserver/NAME`. */
  readonly smtpServers: ReadonlyMap<string, unknown>;
  /** Present with the option `stored`. */
  readonly stored?: TestStore | undefined;
  close(): Promise<void>;
}

/** The tokens of the administrators: `admin`, which a login returns, has all rights; `reader` may only read. */
export const tokens = { admin: "admin-token", reader: "reader-token" } as const;

/** The stores of a server: bindings with their history, the audit log, deliveries and recorded calls. */
export interface TestStore {
  readonly store: Store;
  readonly outbox: DurableOutbox;
  readonly calls: CallLog;
  readonly database: Database<object>;
}

async function openTestStore(): Promise<TestStore> {
  const database = await openDatabase<object>({ url: "sqlite::memory:" });
  const store = await openStore({ database, auditKey: generateAuditKey() });
  const outbox = openOutbox({ database, audit: store.audit, keys: [generateOutboxKey("test")], pollMs: 5 });
  // the same time as for the commands, which select calls by their age
  const clock = () => new Date("2026-03-01T12:00:00Z");
  const calls = openCallLog({ database, events: "all", clock });
  return { store, outbox, calls, database };
}

/** Starts a server on loopback. */
export async function startTestServer({
  bindings = [],
  tls,
  stored: isStored = false,
  brokenLists = false,
}: {
  readonly bindings?: readonly BindingInput[];
  /** Whether it stores data in a database, and therefore has an audit log, deliveries and a history. */
  readonly stored?: boolean;
  /** Whether it cannot list the servers that are set up. */
  readonly brokenLists?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
} = {}): Promise<TestServer> {
  const stored = isStored ? await openTestStore() : undefined;
  const users = { find: () => null, resolversOf: () => [] };
  const directories = { ...inertDirectories(), users, tokens: { find: () => null, ofUser: () => [] } };
  const bookend = createBookend({
    handlers: inertHandlers({ scripts: "/nonexistent", templates: undefined }),
    bindings: stored?.store.bindings ?? memoryBindings(bindings),
    directories,
    events: ["auth", "token_init", "token_delete"],
  });
  const admin = createAdmin({
    bookend,
    directories,
    audit: stored?.store.audit,
    outbox: stored?.outbox,
    calls: stored?.calls,
    actor: () => ({ username: "root", realm: "", role: "admin" }),
    authorize({ request, permission }) {
      const token = request.headers.get("authorization")?.replace(/^Bearer /, "");
      if (token === tokens.admin) return true;
      if (token !== tokens.reader) return { status: 401, code: 4033, message: "The token is not valid." };
      return permission === "read" || { status: 403, code: 303, message: "Only reading is allowed." };
    },
  });
  if (stored) await bookend.bindings.import(bindings);
  const smtpServers = new Map<string, unknown>();
  const listener = getRequestListener(async (request) => {
    const { pathname } = new URL(request.url);
    const [, smtpServer] = /^\/smtpserver\/(.*)$/.exec(pathname) ?? [];
    if (smtpServer !== undefined) {
      if (request.method === "GET" && brokenLists) return Response.json({ detail: "broken" }, { status: 500 });
      if (request.method === "POST") smtpServers.set(smtpServer, await request.json());
      return Response.json({ result: { status: true, value: Object.fromEntries(smtpServers) }, detail: {} });
    }
    if (pathname !== "/auth") return admin.fetch(request);
    const { username, password } = (await request.json()) as { username: string; password: string };
    return username === "admin" && password === "right"
      ? Response.json({ result: { status: true, value: { token: tokens.admin } } })
      : Response.json({ result: { status: false, error: { code: 4031, message: "wrong" } } }, { status: 401 });
  });
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    bookend,
    smtpServers,
    stored,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      bookend.close();
      await stored?.calls.close();
      await stored?.outbox.close({ graceMs: 0 });
      await stored?.store.close();
      await stored?.database.close();
    },
  };
}
