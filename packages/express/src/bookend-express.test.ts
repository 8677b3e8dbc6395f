import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Bookend, createBookend, type Logger, memoryAudit, memoryBindings, silentLogger } from "@bookend/core";
import express, { type Express } from "express";
import express4 from "express4";
import { describe, expect, test } from "vitest";
import { bookendExpress, type CallMiddleware } from "./index.js";

type Routes = (app: Express, event: CallMiddleware) => void;

/** Runs a test against a server with these routes. */
async function withApp(
  version: typeof express,
  routes: Routes,
  run: (ask: (path: string, init?: RequestInit) => Promise<Response>, bookend: Bookend) => Promise<void>,
  logger: Logger = silentLogger,
): Promise<void> {
  const bookend = createBookend({ handlers: [], bindings: memoryBindings(), audit: memoryAudit() });
  const app = version();
  app.use(version.json());
  routes(app, bookendExpress({ bookend, logger }));
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  try {
    await run(
      (path, init) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init),
      bookend,
    );
  } finally {
    server.close();
    server.closeAllConnections();
    bookend.close();
  }
}

const teapot = () => Object.assign(new Error("short and stout"), { status: 418 });

describe.each([
  ["4", express4 as typeof express],
  ["5", express],
])("in Express %s", (_version, version) => {
  test("runs handlers one after another, and responds with the error of any of them", async () => {
    const ran: string[] = [];
    const step = (name: string): express.RequestHandler => {
      return (_request, _response, next) => {
        ran.push(name);
        next(name === "b" ? teapot() : undefined);
      };
    };
    await withApp(
      version,
      (app, event) => app.get("/x", event("x", step("a"), step("b"), step("c"))),
      async (ask) => {
        expect((await ask("/x")).status).toBe(418);
        expect(ran).toEqual(["a", "b"]);
      },
    );
  });

  test.each([undefined, "route"])(
    "next(%s) of the last handler continues after the route, within the call",
    async (to) => {
      await withApp(
        version,
        (app, event) => {
          app.get(
            "/x",
            event("x", (_request, _response, next) => (to === undefined ? next() : next(to))),
          );
          app.get("/x", (_request, response) => void response.json({ later: true }));
        },
        async (ask) => expect(await (await ask("/x")).json()).toEqual({ later: true }),
      );
    },
  );

  test("aborts the connection and logs the error if a handler fails after its response has begun", async () => {
    const lines: string[] = [];
    const logger = { ...silentLogger, error: (_fields: object, message: string) => void lines.push(message) };
    await withApp(
      version,
      (app, event) =>
        app.get(
          "/x",
          event("x", async (_request, response) => {
            response.write("half of it");
            await new Promise((resolve) => setImmediate(resolve));
            throw teapot();
          }),
        ),
      async (ask) => {
        await expect(ask("/x").then((response) => response.text())).rejects.toThrow();
        expect(lines).toEqual(["the handler failed after it had responded"]);
      },
      logger,
    );
  });

  test.each<[string, express.RequestHandler, number, string, string | null]>([
    ["sendStatus", (_, response) => void response.sendStatus(202), 202, "Accepted", "text/plain; charset=utf-8"],
    ["writeHead", (_, response) => void response.writeHead(203, { "x-a": "1" }).end("a"), 203, "a", null],
    [
      "write and end",
      (_, response) => {
        response.write("a");
        response.end("b");
      },
      200,
      "ab",
      null,
    ],
    [
      "redirect",
      (_, response) => response.redirect("/y"),
      302,
      "Found. Redirecting to /y",
      "text/plain; charset=utf-8",
    ],
    ["end", (_, response) => void response.status(204).end(), 204, "", null],
  ])("a response by %s is sent unchanged", async (_name, handler, status, text, type) => {
    await withApp(
      version,
      (app, event) => app.get("/x", event("x", handler)),
      async (ask) => {
        const response = await ask("/x", { redirect: "manual" });
        expect([response.status, await response.text(), response.headers.get("content-type")]).toEqual([
          status,
          text,
          type,
        ]);
      },
    );
  });

  test("a file is sent", async () => {
    await withApp(
      version,
      (app, event) =>
        app.get(
          "/x",
          event("x", (_request, response) => response.sendFile(import.meta.filename)),
        ),
      async (ask) => expect(await (await ask("/x")).text()).toContain("a file is sent"),
    );
  });
});

test("refuses a declaration that is not a route", async () => {
  const bookend = createBookend({ handlers: [], bindings: memoryBindings() });
  const event = bookendExpress({ bookend });
  expect(() => event("x")).toThrow("handlers: are missing");
  expect(() => event({}, () => undefined)).toThrow("does not name an event");
  expect(() => event({ event: "x", evnt: "y" } as object, () => undefined)).toThrow('"evnt"');
  bookend.close();
});
