import type { AddressInfo } from "node:net";
import { createAdmin } from "@bookend/admin";
import { type BindingInput, type Bookend, createBookend, defineHandler, memoryBindings } from "@bookend/core";
import { secret, text } from "@bookend/zod";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";

const note = defineHandler({
  id: "Note",
  description: "Writes notes.",
  positions: ["post"],
  actions: {
    write: {
      description: "Writes a note.",
      options: z.strictObject({ to: text(), key: secret().optional() }),
      run: () => undefined,
    },
  },
});

/** A bare server with the management API, on loopback. */
export interface HonoServer {
  readonly url: string;
  readonly bookend: Bookend;
  close(): Promise<void>;
}

/** Starts a server whose administrators have the token `letmein`; `reader` may only read. */
export async function startHonoServer(bindings: readonly BindingInput[] = []): Promise<HonoServer> {
  const bookend = createBookend({ handlers: [note], bindings: memoryBindings(bindings), events: ["token_init"] });
  const admin = createAdmin({
    bookend,
    authorize({ request, right }) {
      const token = request.headers.get("authorization");
      if (token === "Bearer letmein" || (token === "Bearer reader" && right.endsWith(":read"))) return true;
      return token === "Bearer reader"
        ? { status: 403, code: 303, message: "not allowed" }
        : { status: 401, code: 4033, message: "no token" };
    },
    actor: ({ request }) => ({
      username: request.headers.get("authorization")?.slice(7) ?? "",
      realm: "",
      role: "admin",
    }),
  });
  const app = new Hono();
  app.all("/event/*", (c) => admin.fetch(c.req.raw));
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/event`,
    bookend,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      bookend.close();
    },
  };
}
