import { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";

/** Milliseconds that a peer has to close its side. */
const farewellMs = 1_000;

/**
 * The sockets of some connections, so that a socket whose peer has fallen silent can be closed; a graceful close would
 * wait for the peer.
 */
export interface Sockets {
  /** Creates the socket of a connection, for `pg`. */
  readonly stream: () => Socket;
  /** Waits up to a second for the sockets to close, and then closes those that are still open. */
  close(): Promise<void>;
}

/**
 * A socket that sends the statements of one turn of the event loop together, at its end. `pg` corks the socket for the
 * messages of each statement; this cork lasts until the end of the turn.
 */
class TurnSocket extends Socket {
  #isHeld = false;

  override cork(): void {
    super.cork();
    if (this.#isHeld) return;
    this.#isHeld = true;
    super.cork();
    setImmediate(() => {
      this.#isHeld = false;
      super.uncork();
    });
  }
}

/**
 * Keeps track of sockets.
 *
 * @param isPipelined Whether the statements of one turn of the event loop are sent together. Default false.
 */
export function trackSockets(isPipelined = false): Sockets {
  const open = new Set<Socket>();
  return {
    stream() {
      const socket = isPipelined ? new TurnSocket() : new Socket();
      open.add(socket);
      socket.once("close", () => open.delete(socket));
      return socket;
    },
    async close() {
      const end = performance.now() + farewellMs;
      while (open.size > 0 && performance.now() < end) await setTimeout(10);
      for (const socket of open) socket.destroy();
    },
  };
}
