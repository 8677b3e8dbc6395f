import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { StartAdapterServer } from "@bookend/conformance/adapter";
import { getRequestListener } from "@hono/node-server";
import { routedFetch } from "./routed-fetch.js";

/** Starts a Node.js server that serves WHATWG handlers. */
export const startNodeServer: StartAdapterServer = async (options) => {
  const handle = routedFetch(options);
  const server = createServer(getRequestListener((request, { incoming }) => handle(request, { incoming })));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
