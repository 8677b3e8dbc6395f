import {
  type AuditCall,
  type BindingInput,
  type BookendOptions,
  type Call,
  createBookend,
  defineHandler,
  type MaybePromise,
  memoryAudit,
  memoryBindings,
  type Outcome,
  silentLogger,
} from "@bookend/core";
import { inTime } from "../deadline.js";
import type { AdapterCallbacks, AdapterRoute, ReportedCall, StartAdapterServer } from "./adapter-subject.js";

/** An action of a test, bound to the event `thing`. */
export interface TestAction extends Partial<Pick<BindingInput, "position" | "abortOnError" | "conditions">> {
  readonly run: (call: Call) => MaybePromise<Outcome | undefined | void>;
}

/** The options of a test for its server. */
export interface TestServerOptions extends AdapterCallbacks {
  readonly routes: readonly AdapterRoute[];
  readonly actions?: readonly TestAction[];
  readonly bodyLimit?: number;
  readonly outerHeaders?: Readonly<Record<string, string>>;
  readonly audit?: BookendOptions["audit"];
}

/** A running server. */
export interface TestServer {
  readonly url: string;
  /** The calls that the adapter reported; a call is added before its response is sent. */
  readonly reported: readonly ReportedCall[];
  readonly audited: readonly AuditCall[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Resolves when this number of calls has been reported. */
  ended(calls: number): Promise<void>;
}

/** A test of an adapter. */
export interface AdapterTest {
  readonly name: string;
  readonly run: (start: RunWithServer) => Promise<void>;
}

/** Runs a function with a server, which is stopped afterwards. */
export type RunWithServer = (options: TestServerOptions, run: (server: TestServer) => Promise<void>) => Promise<void>;

/** Conditions of an action that runs whether or not the call failed. */
export const whateverHappened = { http_status: ">=100" };

/** A schema that accepts any options; the actions of these tests have none. */
const anyOptions = {
  "~standard": { version: 1, vendor: "bookend-conformance", validate: (value: unknown) => ({ value }) },
} as const;

/** Starts a server, runs a test with it and stops it. */
export async function withServer(
  startServer: StartAdapterServer,
  options: TestServerOptions,
  run: (server: TestServer) => Promise<void>,
): Promise<void> {
  const { routes, actions = [], bodyLimit = 64 * 1024, outerHeaders = {}, audit, ...callbacks } = options;
  const reported: ReportedCall[] = [];
  const waiting: { readonly calls: number; readonly resolve: () => void }[] = [];
  const rows = memoryAudit();
  const bookend = createBookend({
    handlers: [handlerOf(actions)],
    bindings: memoryBindings(actions.map(bindingOf)),
    audit: audit ?? rows,
    logger: silentLogger,
  });
  await bookend.ready();
  const onCall = async (finished: ReportedCall) => {
    reported.push(finished);
    for (const { calls, resolve } of waiting) if (reported.length >= calls) resolve();
    await callbacks.onCall?.(finished);
  };
  const all = { bookend, routes, bodyLimit, outerHeaders, callbacks: { ...callbacks, onCall } };
  const server = await inTime(startServer(all), "starting the server");
  try {
    await run({
      url: server.url,
      reported,
      audited: rows.calls,
      fetch: (path, init) => inTime(fetch(`${server.url}${path}`, { redirect: "manual", ...init }), "a request"),
      ended: (calls) => {
        const reached = new Promise<void>((resolve) => {
          waiting.push({ calls, resolve });
          if (reported.length >= calls) resolve();
        });
        return inTime(reached, `${calls} calls`);
      },
    });
  } finally {
    await inTime(server.stop(), "stopping the server");
    bookend.close();
  }
}

/** Returns a request with a JSON body. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** Returns a route `POST /thing` of the event `thing`. */
export function thing(handle: AdapterRoute["handle"], more: Partial<AdapterRoute> = {}): AdapterRoute {
  return { method: "POST", path: "/thing", event: "thing", handle, ...more };
}

function handlerOf(actions: readonly TestAction[]) {
  return defineHandler({
    id: "Kit",
    description: "Runs a function of the test.",
    positions: ["pre", "post"],
    actions: Object.fromEntries(
      actions.map(({ run }, index) => [
        `a${index}`,
        {
          description: `Action ${index} of the test.`,
          options: anyOptions,
          optionsJsonSchema: { type: "object" },
          run: async ({ call }: { readonly call: Call }) => (await run(call)) ?? undefined,
        },
      ]),
    ),
  });
}

function bindingOf({ run: _, ...binding }: TestAction, index: number): BindingInput {
  return {
    name: `binding ${index}`,
    events: ["thing"],
    handler: "Kit",
    action: `a${index}`,
    ordering: index,
    ...binding,
  };
}
