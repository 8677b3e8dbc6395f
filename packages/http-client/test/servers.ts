import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import {
  type AddressInfo,
  type Server as NetServer,
  connect as netConnect,
  type Socket,
  type TcpNetConnectOpts,
} from "node:net";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";
import type { Connect } from "../src/connector.js";

/** Starts a server on an ephemeral port of the loopback address, and stops it when the test ends. */
export async function listen<S extends NetServer>(server: S): Promise<number> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => void sockets.add(socket);
  server.on("connection", track);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Starts an HTTP server. */
export async function httpServer(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  return { server, port: await listen(server) };
}

/** Starts an HTTPS server with a self-signed certificate for this name. */
export async function httpsServer(name: string, listener: RequestListener): Promise<{ port: number; cert: string }> {
  const extensions = [{ name: "subjectAltName" as const, altNames: [{ type: 2 as const, value: name }] }];
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], { keyType: "ec", extensions });
  return { port: await listen(createSecureServer({ key, cert }, listener)), cert };
}

/** Records the address to which a client tried to connect, and connects to a port of the loopback address instead. */
export function connectorTo(port: number): { connect: Connect; targets: string[][] } {
  const targets: string[][] = [];
  const connect = (options: TcpNetConnectOpts) => {
    options.lookup?.(options.host ?? "", { all: true }, (_error, found) => {
      targets.push(typeof found === "string" ? [found] : found.map(({ address }) => address));
    });
    return netConnect(port, "127.0.0.1");
  };
  return { connect, targets };
}
