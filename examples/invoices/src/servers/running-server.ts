import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Bookend } from "@bookend/core";
import type { Invoices } from "../invoices.js";

/** Options of a server of the API. */
export interface ServerParts {
  readonly bookend: Bookend;
  readonly invoices: Invoices;
}

/** A server that listens on 127.0.0.1. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Lets a Node.js server listen on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<RunningServer> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
