import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { trackSockets } from "./postgres-sockets.js";

/** Writes messages as `pg` writes those of a statement. */
function send(socket: Socket, ...messages: readonly string[]): void {
  socket.cork();
  for (const message of messages) socket.write(message);
  socket.uncork();
}

it.each([
  { isPipelined: true, writes: 2 },
  { isPipelined: false, writes: 3 },
])("send the statements of one turn together if they are pipelined: $isPipelined", async ({ isPipelined, writes }) => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const sockets = trackSockets(isPipelined);
  onTestFinished(() => sockets.close());
  const socket = sockets.stream();
  const [[peer]] = await Promise.all([
    once(server, "connection"),
    once(socket.connect((server.address() as AddressInfo).port, "127.0.0.1"), "connect"),
  ]);
  const written = vi.spyOn(socket, "_writev");
  let received = "";
  (peer as Socket).on("data", (data) => {
    received += data;
  });
  const receive = (text: string) => vi.waitFor(() => expect(received).toBe(text));
  send(socket, "a", "b");
  send(socket, "c", "d");
  await receive("abcd");
  // a later turn sends again
  send(socket, "e", "f");
  await receive("abcdef");
  expect(written).toHaveBeenCalledTimes(writes);
  (peer as Socket).destroy();
});
