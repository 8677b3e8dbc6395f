// Runs the adapter suite on the current runtime (Bun, Deno or Node.js) and reports the result.
import { adapterTests, type StartAdapterServer } from "@bookend/conformance/adapter";
import { startNodeServer } from "../node-server.js";
import { routedFetch, type ServerInfo } from "../routed-fetch.js";

type Handler = (request: Request, info: ServerInfo) => Promise<Response>;

/** The parts of the runtimes' server APIs that are used here. */
interface Runtimes {
  readonly Bun?: {
    readonly version: string;
    serve(options: {
      readonly hostname: string;
      readonly port: number;
      fetch(
        request: Request,
        server: { requestIP(request: Request): { readonly address: string } | null },
      ): Promise<Response>;
    }): { readonly port: number; stop(closeConnections: boolean): Promise<void> };
  };
  readonly Deno?: {
    readonly version: { readonly deno: string };
    serve(
      options: { readonly hostname: string; readonly port: number; readonly signal: AbortSignal; onListen(): void },
      handler: Handler,
    ): { readonly addr: { readonly port: number }; readonly finished: Promise<void> };
  };
}

const { Bun, Deno } = globalThis as Runtimes;

const address = { hostname: "127.0.0.1", port: 0 };

const startBun: StartAdapterServer = (options) => {
  const handle = routedFetch(options);
  const server = Bun?.serve({
    ...address,
    fetch: (request, bun) => handle(request, { requestIP: (one) => bun.requestIP(one) }),
  });
  return { url: `http://127.0.0.1:${server?.port}`, stop: () => server?.stop(true) };
};

const startDeno: StartAdapterServer = (options) => {
  const handle = routedFetch(options);
  const stopped = new AbortController();
  const server = Deno?.serve(
    { ...address, signal: stopped.signal, onListen: () => undefined },
    (request, { remoteAddr }) => handle(request, { remoteAddr }),
  );
  return {
    url: `http://127.0.0.1:${server?.addr.port}`,
    stop() {
      stopped.abort();
      return server?.finished;
    },
  };
};

const name = Bun ? `Bun ${Bun.version}` : Deno ? `Deno ${Deno.version.deno}` : `Node.js ${process.versions.node}`;
const start = Bun ? startBun : Deno ? startDeno : startNodeServer;

let passed = 0;
const failed: string[] = [];
for (const test of adapterTests(start)) {
  try {
    await test.run();
    passed += 1;
  } catch (error) {
    failed.push(`${test.name}\n${error instanceof Error ? error.stack : error}`);
  }
}
for (const problem of failed) console.error(`failed: ${problem}`);
console.log(`fetch on ${name}: ${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
