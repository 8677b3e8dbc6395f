import type { AddressInfo } from "node:net";
import { createBookend, memoryBindings } from "@bookend/core";
import { bookendPlugin, mountFetch } from "@bookend/fastify";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { createAdmin } from "../src/index.js";
import { gate, note } from "./console.js";

test("mounted in a server: an administrator binds an action, and the next call of a route runs it", async () => {
  const bookend = createBookend({ handlers: [note, gate], bindings: memoryBindings() });
  const admin = createAdmin({
    bookend,
    authorize: ({ request, permission }) => {
      const token = request.headers.get("authorization");
      if (token === null) return { status: 401, code: 4033, message: "no token" };
      return token === "admin" || permission === "read" || { status: 403, code: 303, message: "not allowed" };
    },
  });
  const app = Fastify();
  const audited: string[] = [];
  await app.register(bookendPlugin, {
    bookend,
    onCall: ({ call, response }) => void audited.push(`${call.event} ${JSON.stringify(response.body).slice(0, 60)}`),
  });
  mountFetch(app, "/event", admin.fetch, { audit: "event" });
  app.post("/token/init", { config: { event: "token_init" } }, () => ({ result: { status: true } }));
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  try {
    const shut = { name: "shut", event: "token_init", handlermodule: "Gate", action: "shut", position: "pre" };
    const post = (authorization?: string) =>
      fetch(`${url}/event/`, {
        method: "POST",
        headers: authorization === undefined ? {} : { authorization },
        body: new URLSearchParams(shut),
      });
    expect((await post()).status).toBe(401);
    expect((await post("reader")).status).toBe(403);
    expect(
      await (await fetch(`${url}/event/available`, { headers: { authorization: "reader" } })).json(),
    ).toMatchObject({
      result: { value: ["token_init"] },
    });
    expect((await fetch(`${url}/token/init`, { method: "POST" })).status).toBe(200);
    const saved = await post("admin");
    expect([saved.status, await saved.json()]).toMatchObject([200, { result: { value: 1 }, detail: { warnings: [] } }]);
    const refused = await fetch(`${url}/token/init`, { method: "POST" });
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: "CALL_ABORTED" }]);
    expect(audited.map((line) => line.split(" ", 1)[0])).toEqual([
      "event",
      "event",
      "event",
      "token_init",
      "event",
      "token_init",
    ]);
    expect(audited[4]).toBe('event {"jsonrpc":"2.0","id":1,"result":{"status":true,"value":1},"');
  } finally {
    await app.close();
    bookend.close();
  }
});
