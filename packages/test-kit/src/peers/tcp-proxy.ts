import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type NetConnectOpts, type Socket } from "node:net";

/** A proxy on loopback between a client and a server, which causes the faults of real networks. */
export interface TcpProxy {
  readonly port: number;
  /** Stops forwarding in both directions; connections stay open, and new ones are accepted but wait. */
  stall(): void;
  /** Forwards again, including data that was held back. */
  resume(): void;
  /** Resolves at the next connection. */
  connected(): Promise<void>;
  /** Cuts all connections; new ones are served. */
  cut(): void;
  /** Cuts all connections and stops listening. */
  close(): Promise<void>;
}

/** Starts a proxy for the server at `target`, on a free port unless one is given. */
export async function startTcpProxy(target: NetConnectOpts, port = 0): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let stalled = false;
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.pipe(to);
    if (stalled) from.pause();
    // a cut on one side also cuts the other
    from.on("error", () => undefined);
    from.once("close", () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = createConnection(target);
    join(client, upstream);
    join(upstream, client);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    async connected() {
      await once(server, "connection");
    },
    cut,
    async close() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}
