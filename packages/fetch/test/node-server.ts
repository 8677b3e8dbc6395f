import type { AddressInfo } from "node:net";
import type { StartAdapterServer } from "@bookend/conformance/adapter";
import { createAdaptorServer } from "@hono/node-server";
import { routedFetch } from "./routed-fetch.js";

/** Starts a Node.js server that serves WHATWG handlers. */
export const startNodeServer: StartAdapterServer = async (options) => {
  const addresses = new WeakMap<Request, string>();
  const handle = routedFetch(options, (request) => addresses.get(request));
  const server = createAdaptorServer({
    fetch: (request, { incoming }: { incoming: { socket: { remoteAddress?: string | undefined } } }) => {
      if (incoming.socket.remoteAddress !== undefined) addresses.set(request, incoming.socket.remoteAddress);
      return handle(request);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
};
