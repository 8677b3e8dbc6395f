import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import type { AddressInfo, Server, Socket } from "node:net";
import {
  createShortMessageReassembler,
  decodeShortMessage,
  type ReceivedShortMessage,
} from "@bookend/messaging/smpp-codec";
import { newestFirst } from "./newest-first.js";

/** An SMS that arrived whole, as `GET /demo/sms` shows it. */
export interface SunkSms {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/** An SMPP server on loopback that delivers nothing and shows everything. */
export interface SmsCentre {
  readonly port: number;
  /** Newest first. */
  list(): readonly SunkSms[];
  close(): Promise<void>;
}

/** What is used of the `smpp` package, which has no types. */
interface Pdu extends ReceivedShortMessage {
  readonly source_addr: string;
  readonly destination_addr: string;
  response(fields?: object): Pdu;
}

interface Session extends EventEmitter {
  readonly socket: Socket;
  on(command: string, listener: (pdu: Pdu) => void): this;
  send(pdu: Pdu): void;
  close(): void;
}

const smpp = createRequire(import.meta.url)("smpp") as { createServer(onSession: (session: Session) => void): Server };

const systemId = "bookend-demo";

/** Starts an SMS centre on a free port; it keeps the newest `capacity` messages in memory and takes any system id and password. */
export async function startSmsCentre({ capacity = 500 }: { capacity?: number } = {}): Promise<SmsCentre> {
  const kept = newestFirst<SunkSms>(capacity);
  const sessions = new Set<Session>();
  const reassembler = createShortMessageReassembler();
  let lastId = 0;
  const server = smpp.createServer((session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // a client that leaves in the middle, or sends garbage, is no reason to stop
    session.on("error", () => session.socket.destroy());
    for (const bind of ["bind_transmitter", "bind_receiver", "bind_transceiver"]) {
      session.on(bind, (pdu) => session.send(pdu.response({ system_id: systemId })));
    }
    session.on("enquire_link", (pdu) => session.send(pdu.response()));
    session.on("unbind", (pdu) => {
      session.send(pdu.response());
      session.close();
    });
    session.on("submit_sm", (pdu) => {
      const { source_addr: from, destination_addr: to } = pdu;
      const text = reassembler.add(`${from}>${to}`, decodeShortMessage(pdu));
      if (text !== undefined) kept.add({ from, to, text, at: new Date().toISOString() });
      session.send(pdu.response({ message_id: String(++lastId) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    list: kept.list,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.socket.destroy();
      await closed;
    },
  };
}
