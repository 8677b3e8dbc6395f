import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import { newestFirst } from "./newest-first.js";

/** A webhook that arrived, as `GET /demo/hooks` shows it. */
export interface ReceivedHook {
  readonly id: number;
  /** Content type and the headers of Standard Webhooks, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The path that receives webhooks. */
export const hookPath = "/demo/hook";

const shownHeaders = ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature"];

/**
 * Accepts any webhook of up to 64 KiB at `POST /demo/hook`, and shows the newest `capacity` at `GET /demo/hooks`. No
 * login is required.
 */
export function addHookRoutes(app: FastifyInstance, { capacity = 500 }: { capacity?: number } = {}): void {
  const kept = newestFirst<ReceivedHook>(capacity);
  let lastId = 0;
  app.get("/demo/hooks", () => kept.list());
  app.register((receiver, _options, done) => {
    // the body is kept as it was received, whatever its content type
    receiver.removeAllContentTypeParsers();
    receiver.addContentTypeParser(
      "*",
      { parseAs: "string", bodyLimit: 64 * 1024 },
      async (_: unknown, body: string) => body,
    );
    receiver.post(hookPath, async (request, reply) => {
      const body = typeof request.body === "string" ? request.body : "";
      kept.add({ id: ++lastId, headers: shown(request.headers), body, at: new Date().toISOString() });
      return reply.code(204).send();
    });
    done();
  });
}

function shown(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(shownHeaders.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])));
}
