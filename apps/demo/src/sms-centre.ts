import type { AddressInfo } from "node:net";
import { createShortMessageReassembler, decodeShortMessage } from "@bookend/messaging/smpp-codec";
import smpp from "smpp";
import { newestFirst } from "./newest-first.js";

/** A complete SMS that arrived, as `GET /demo/sms` shows it. */
export interface SunkSms {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/** An SMPP server on loopback that shows the messages it receives instead of delivering them. */
export interface SmsCentre {
  readonly port: number;
  /** Returns the messages, newest first. */
  list(): readonly SunkSms[];
  close(): Promise<void>;
}

const systemId = "bookend-demo";

/**
 * Starts an SMS center on a free port; it keeps the newest `capacity` messages in memory and accepts any system id and
 * password.
 */
export async function startSmsCentre({ capacity = 500 }: { capacity?: number } = {}): Promise<SmsCentre> {
  const kept = newestFirst<SunkSms>(capacity);
  const sessions = new Set<smpp.Session>();
  const reassembler = createShortMessageReassembler();
  let lastId = 0;
  const submit = (pdu: smpp.PDU) => {
    const { source_addr: from, destination_addr: to } = pdu;
    const text = reassembler.add(`${from}>${to}`, decodeShortMessage(pdu));
    if (text !== undefined) kept.add({ from, to, text, at: new Date().toISOString() });
    return pdu.response({ message_id: String(++lastId) });
  };
  const server = smpp.createServer((session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // a client that disconnects early or sends garbage does not stop the center
    session.on("error", () => session.destroy());
    session.on("pdu", (pdu) => {
      if (pdu.isResponse()) return;
      if (pdu.command === "submit_sm") session.send(submit(pdu));
      else session.send(pdu.response(pdu.command.startsWith("bind_") ? { system_id: systemId } : {}));
      if (pdu.command === "unbind") session.close();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    list: kept.list,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
