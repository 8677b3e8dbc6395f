import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdmin } from "@bookend/admin";
import { type BindingInput, type Bookend, createBookend, memoryBindings } from "@bookend/core";
import { getRequestListener } from "@hono/node-server";
import { inertDirectories, inertHandlers } from "../src/target/inert-handlers.js";

/** A server with the management API, which knows two administrators by their tokens. */
export interface TestServer {
  readonly url: string;
  readonly bookend: Bookend;
  /** What was set up by `POST /smtpserver/NAME`. */
  readonly smtpServers: ReadonlyMap<string, unknown>;
  close(): Promise<void>;
}

/** A token that may do everything, one that may only read, and what `auth` gives for the right password. */
export const tokens = { admin: "admin-token", reader: "reader-token" } as const;

/** Starts a server on loopback. */
export async function startTestServer({
  bindings = [],
  tls,
}: {
  readonly bindings?: readonly BindingInput[];
  readonly tls?: { readonly key: string; readonly cert: string };
} = {}): Promise<TestServer> {
  const users = { find: () => null, resolversOf: () => [] };
  const directories = { ...inertDirectories(), users, tokens: { find: () => null, ofUser: () => [] } };
  const bookend = createBookend({
    handlers: inertHandlers({ scripts: "/nonexistent", templates: undefined }),
    bindings: memoryBindings(bindings),
    directories,
    events: ["auth", "token_init", "token_delete"],
  });
  const admin = createAdmin({
    bookend,
    directories,
    authorize({ request, permission }) {
      const token = request.headers.get("authorization")?.replace(/^Bearer /, "");
      if (token === tokens.admin) return true;
      if (token !== tokens.reader) return { status: 401, code: 4033, message: "The token is not valid." };
      return permission === "read" || { status: 403, code: 303, message: "Only reading is allowed." };
    },
  });
  const smtpServers = new Map<string, unknown>();
  const listener = getRequestListener(async (request) => {
    const { pathname } = new URL(request.url);
    const [, smtpServer] = /^\/smtpserver\/(.*)$/.exec(pathname) ?? [];
    if (smtpServer !== undefined) {
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
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      bookend.close();
    },
  };
}
