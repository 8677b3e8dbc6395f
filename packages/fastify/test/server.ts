import type { AddressInfo } from "node:net";
import {
  type BindingInput,
  type Bookend,
  type BookendOptions,
  createBookend,
  defineCondition,
  flag,
  memoryBindings,
} from "@bookend/core";
import Fastify, { type FastifyInstance } from "fastify";
import { type BookendPluginOptions, bookendPlugin } from "../src/index.js";
import { probe, type Sighting } from "./probe.js";

/** A Fastify server on loopback with Bookend around its routes. */
export interface TestServer extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly bookend: Bookend;
  readonly sightings: readonly Sighting[];
  readonly url: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Options of a test server. */
export interface TestServerOptions extends Omit<BookendPluginOptions, "bookend"> {
  readonly bindings?: readonly Partial<BindingInput>[];
  readonly audit?: BookendOptions["audit"];
  readonly routes: (app: FastifyInstance) => void;
  /** The log lines of the server. */
  readonly log?: { write(line: string): void };
}

/** Starts a server. By default, every binding is one of the probe's, on the event `thing`, after the call. */
export async function startServer({
  bindings = [],
  audit,
  routes,
  log,
  ...options
}: TestServerOptions): Promise<TestServer> {
  const { handler, sightings } = probe();
  const complete = (binding: Partial<BindingInput>): BindingInput => ({
    name: "test",
    events: ["thing"],
    handler: "Probe",
    action: "note",
    ...binding,
  });
  const bookend = createBookend({
    handlers: [handler],
    conditions: [failure],
    bindings: memoryBindings(bindings.map(complete)),
    audit,
  });
  const app = Fastify({ logger: log ? { stream: log, level: "warn" } : false });
  await app.register(bookendPlugin, { bookend, ...options });
  routes(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    app,
    bookend,
    sightings,
    url,
    fetch: (path, init) => fetch(`${url}${path}`, init),
    async [Symbol.asyncDispose]() {
      await app.close();
      bookend.close();
    },
  };
}

/** Creates a POST request with a JSON body. */
export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** The configuration of a route that raises the event `thing`. */
export const thing = { config: { event: "thing" } };

/** Creates a route that returns the parameters of the call. */
export const echo = (app: FastifyInstance) => {
  app.route({
    method: ["GET", "POST"],
    url: "/thing/:serial?",
    ...thing,
    handler: (request) => ({ result: { status: true, value: request.call.request.parameters } }),
  });
};

/** A condition that any call fulfills, even one that failed. */
const failure = defineCondition({
  name: "even_if_failed",
  group: "general",
  description: "The call succeeded or failed.",
  value: flag(),
  asksAboutFailure: true,
  actual: () => true,
  matches: (wanted) => wanted,
});

/** The conditions of a binding that failed calls reach too. */
export const evenIfFailed = { even_if_failed: true };

/** A binding that records what it sees. */
export const note = { name: "note" };
