import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdmin } from "@bookend/admin";
import { type Bookend, createBookend, defineHandler, memoryBindings } from "@bookend/core";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { createAdminUi, isCrossSite, type Login } from "../src/index.js";
import { everyOption, manyOptions } from "./every-option.js";

/** A server with the UI and its API below `/admin/events/`. */
export interface BareServer {
  readonly url: string;
  readonly bookend: Bookend;
  /** Sets whether signing out fails from now on. */
  failLogout(fails: boolean): void;
  close(): Promise<void>;
}

const sample = defineHandler({
  id: "Sample",
  // the descriptions of a handler are shown as text, and nothing in them runs
  description: `Has an option of each kind. <img src=x onerror="document.title='owned'">`,
  positions: ["pre", "post"],
  actions: {
    everything: { description: "Takes every kind of option.", options: everyOption, run: () => undefined },
    many: { description: "Takes 500 options.", options: manyOptions, run: () => undefined },
  },
});

function parts(login: Login, isSignedIn: (request: Request) => boolean, mayWrite = true) {
  const bookend = createBookend({
    handlers: [sample],
    bindings: memoryBindings(),
    events: ["invoice_create", "invoice_pay"],
  });
  const admin = createAdmin({
    bookend,
    basePath: "/admin/events/api",
    authorize({ request, right }) {
      if (!isSignedIn(request)) return { status: 401, code: 4033, message: "Nobody is signed in." };
      if (!mayWrite && right === "bindings:write") return { status: 403, code: 303, message: "You may only read." };
      return !isCrossSite(request) || { status: 403, code: 303, message: "The request comes from another site." };
    },
  });
  const ui = createAdminUi({ basePath: "/admin/events/ui", apiPath: "/admin/events/api", title: "Invoices", login });
  return { bookend, admin, ui };
}

/** Starts a Hono server with token login. */
export async function honoServer({ mayWrite = true } = {}): Promise<BareServer> {
  const login = { type: "token", url: "/login", tokenPointer: "/token", prefix: "" } as const;
  const { bookend, admin, ui } = parts(
    login,
    (request) => request.headers.get("authorization") === "letmein",
    mayWrite,
  );
  const app = new Hono();
  app.post("/login", async (c) => {
    const { password } = await c.req.json();
    return password === "secret" ? c.json({ token: "letmein" }) : c.json({ message: "Wrong password." }, 401);
  });
  app.all("/admin/events/api/*", (c) => admin.fetch(c.req.raw));
  app.all("/admin/events/ui/*", (c) => ui.fetch(c.req.raw));
  return listening(createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false })), bookend);
}

/** Starts an Express server with cookie login. */
export async function expressServer(): Promise<BareServer> {
  const login = { type: "cookie", url: "/login", logoutUrl: "/logout" } as const;
  const { bookend, admin, ui } = parts(login, (request) => /session=yes/.test(request.headers.get("cookie") ?? ""));
  const app = express();
  app.get("/login", (request, response) => {
    response.cookie("session", "yes", { httpOnly: true, sameSite: "none", secure: true });
    const back = String(request.query.return_to ?? "");
    response.redirect(/^\/(?![/\\])/.test(back) ? back : "/admin/events/ui/");
  });
  let fails = false;
  app.post("/logout", (_request, response) => {
    if (fails) response.sendStatus(500);
    else response.clearCookie("session").sendStatus(204);
  });
  const [serveApi, serveUi] = [admin, ui].map(({ fetch }) =>
    getRequestListener((request) => fetch(request), { overrideGlobalObjects: false }),
  );
  app.use((request, response, next) => {
    if (request.path.startsWith("/admin/events/api")) return serveApi?.(request, response);
    return request.path.startsWith("/admin/events/ui") ? serveUi?.(request, response) : next();
  });
  return listening(createServer(app), bookend, (value) => {
    fails = value;
  });
}

async function listening(
  server: Server,
  bookend: Bookend,
  failLogout: BareServer["failLogout"] = () => undefined,
): Promise<BareServer> {
  await bookend.ready();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    bookend,
    failLogout,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      bookend.close();
    },
  };
}
