import { type AuditSink, type AuditStart, type BookendError, memoryAudit } from "@bookend/core";
import type { FastifyInstance } from "fastify";
import { describe, expect, test } from "vitest";
import { echo, evenIfFailed, note, startServer, thing } from "../test/server.js";
import type { FinishedCall } from "./index.js";

describe("a call that fails", () => {
  const failing = (error: unknown) => (app: FastifyInstance) => {
    app.get("/thrown", thing, () => {
      throw error;
    });
    app.get("/rejected", thing, async (_request, reply) => {
      reply.type("text/csv").header("x-kept", "1");
      throw error;
    });
    app.get("/sent", thing, (_request, reply) => reply.send(error));
  };
  const teapot = Object.assign(new Error("short and stout"), { statusCode: 418, code: "TEAPOT" });

  test.each(["/thrown", "/rejected", "/sent"])("reaches post actions with a condition on failure: %s", async (path) => {
    const bindings = [note, { ...note, conditions: evenIfFailed }];
    await using server = await startServer({ routes: failing(teapot), bindings });
    const response = await server.fetch(path);
    const body = { statusCode: 418, code: "TEAPOT", error: "I'm a Teapot", message: "short and stout" };
    expect([response.status, await response.json()]).toEqual([418, body]);
    expect(server.sightings).toEqual([expect.objectContaining({ status: 418, body })]);
  });

  test("has failed if its route threw, whatever its response contains", async () => {
    await using server = await startServer({
      routes: failing(teapot),
      errorResponse: () => ({ status: 200, body: { result: { status: true } } }),
      bindings: [note],
    });
    expect((await server.fetch("/thrown")).status).toBe(200);
    expect(server.sightings).toEqual([]);
  });

  test("receives the response that the host chooses, which post actions may change", async () => {
    await using server = await startServer({
      routes: failing(teapot),
      errorResponse: (error) => ({
        status: 400,
        headers: { "x-why": "1" },
        body: { result: { status: false, error: { message: String(error) } } },
      }),
      bindings: [{ action: "add_to_body", options: { name: "added", value: "x" }, conditions: evenIfFailed }],
    });
    const response = await server.fetch("/rejected");
    expect([response.status, response.headers.get("x-why"), response.headers.get("x-kept")]).toEqual([400, "1", "1"]);
    expect(await response.json()).toEqual({
      result: { status: false, error: { message: "Error: short and stout" } },
      added: "x",
    });
  });

  test("does not expose an internal error, and logs it", async () => {
    const lines: string[] = [];
    await using server = await startServer({
      routes: failing(new Error("table users is gone")),
      log: { write: (line) => void lines.push(line) },
    });
    const response = await server.fetch("/thrown");
    expect([response.status, await response.json()]).toEqual([
      500,
      { statusCode: 500, error: "Internal Server Error", message: "Internal Server Error" },
    ]);
    expect(lines.join("")).toContain("table users is gone");
  });

  test("leaves the response to Fastify if errorResponse throws", async () => {
    await using server = await startServer({
      routes: failing(teapot),
      errorResponse: () => {
        throw new Error("no words");
      },
    });
    expect((await server.fetch("/thrown")).status).toBe(500);
  });

  test("keeps the entries of actions in the audit log if errorResponse throws", async () => {
    const written: string[] = [];
    const { begin } = memoryAudit();
    const audit: AuditSink = {
      begin,
      unit() {
        const kept: string[] = [];
        const keep =
          ({ handlerAction }: AuditStart) =>
          () =>
            void kept.push(handlerAction);
        return {
          begin: (start) => ({ success: keep(start), failure: keep(start) }),
          commit: () => void written.push(...kept),
        };
      },
    };
    await using server = await startServer({
      routes: failing(teapot),
      audit,
      bindings: [{ ...note, position: "pre" }],
      errorResponse: () => {
        throw new Error("no words");
      },
    });
    expect((await server.fetch("/thrown")).status).toBe(500);
    expect(written).toEqual(["note"]);
  });

  test("that is aborted before the handler runs does not run it", async () => {
    const ran: string[] = [];
    await using server = await startServer({
      routes: (app) => app.get("/x", thing, ({ id }) => ran.push(id)),
      bindings: [{ position: "pre", action: "abort" }],
    });
    const response = await server.fetch("/x");
    expect([response.status, await response.json()]).toEqual([
      423,
      expect.objectContaining({ statusCode: 423, code: "CALL_ABORTED", message: expect.stringContaining("not today") }),
    ]);
    expect(ran).toEqual([]);
  });

  test("that is aborted after the handler ran sends no part of its response", async () => {
    await using server = await startServer({
      routes: (app) => {
        app.addHook(
          "onRequest",
          async (_request, reply) => void reply.header("x-hook", "1").header("set-cookie", ["hook=1", "hook=2"]),
        );
        app.get("/x", thing, (_, reply) =>
          reply.header("x-secret", "1").header("set-cookie", "session=1").type("text/html").send("secret"),
        );
      },
      bindings: [{ action: "fail", abortOnError: true }],
      errorResponse: (error) => ({ status: 500, body: { code: (error as BookendError).code } }),
    });
    const response = await server.fetch("/x");
    expect([response.status, await response.json()]).toEqual([500, { code: "CALL_ABORTED" }]);
    expect(response.headers.has("x-secret")).toBe(false);
    expect(response.headers.get("x-hook")).toBe("1");
    expect(response.headers.getSetCookie()).toEqual(["hook=1", "hook=2"]);
  });

  test.each(["actor", "user"])("that is refused by %s raises no event and receives the error", async (callback) => {
    const finished: FinishedCall[] = [];
    const refuse = async () => {
      throw Object.assign(new Error("no token"), { statusCode: 401 });
    };
    await using server = await startServer({
      routes: echo,
      bindings: [note, { position: "pre" }],
      [callback]: refuse,
      onCall: (call) => void finished.push(call),
    });
    const response = await server.fetch("/thing?user=hans");
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ message: "no token" })]);
    expect(server.sightings).toEqual([]);
    expect(finished).toEqual([
      expect.objectContaining({ raised: false, error: expect.objectContaining({ message: "no token" }) }),
    ]);
  });
});
