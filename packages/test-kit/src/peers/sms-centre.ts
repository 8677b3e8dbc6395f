import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createShortMessageReassembler, decodeShortMessage } from "@bookend/messaging/smpp-codec";
import smpp from "smpp";
import { onTestFinished } from "vitest";

/** A message that the SMS center assembled from its parts. */
interface ReceivedSms {
  from: string;
  to: string;
  text: string;
}

/** The behavior of an SMS center. */
export interface SmsCentreOptions {
  port?: number;
  key?: string;
  cert?: string;
  /** Returns the status of the response to a bind. @default ESME_ROK */
  onBind?(pdu: smpp.PDU, session: smpp.Session): number;
  /** Returns the status of the response to a part; undefined for no response. @default ESME_ROK */
  onSubmit?(pdu: smpp.PDU, session: smpp.Session): number | undefined;
  /** Whether to respond to enquire_link. @default true */
  answersEnquiries?: boolean;
}

/** Starts the server of the `smpp` package on the loopback address; it stops with the test. */
export async function smsCentre({ port = 0, key, cert, ...behaviour }: SmsCentreOptions = {}) {
  const received: ReceivedSms[] = [];
  const parts: smpp.PDU[] = [];
  const commands: string[] = [];
  const sessions = new Set<smpp.Session>();
  const reassembler = createShortMessageReassembler();

  function take(pdu: smpp.PDU): void {
    parts.push(pdu);
    const { source_addr: from, destination_addr: to } = pdu;
    const text = reassembler.add(`${from}>${to}`, decodeShortMessage(pdu));
    if (text !== undefined) received.push({ from, to, text });
  }

  function onSession(session: smpp.Session): void {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
    session.on("pdu", (pdu) => {
      commands.push(pdu.command);
      if (pdu.command.startsWith("bind_")) {
        session.send(pdu.response({ command_status: behaviour.onBind?.(pdu, session) ?? 0, system_id: "centre" }));
      } else if (pdu.command === "submit_sm") {
        const status = behaviour.onSubmit ? behaviour.onSubmit(pdu, session) : 0;
        if (status === 0) take(pdu);
        if (status !== undefined)
          session.send(pdu.response({ command_status: status, message_id: `id${parts.length}` }));
      } else if (pdu.command === "unbind") {
        session.send(pdu.response());
        session.close();
      } else if (pdu.command === "enquire_link" && behaviour.answersEnquiries !== false) session.send(pdu.response());
    });
    server.emit("smpp", session);
  }

  const server = key && cert ? smpp.createServer({ key, cert }, onSession) : smpp.createServer(onSession);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  /** Drops every connection and stops listening. */
  const kill = () => {
    server.close();
    for (const session of sessions) session.destroy();
  };
  onTestFinished(kill);
  /** Sends a `deliver_sm` on the newest connection; resolves to the status of the response. */
  const deliver = async (parameters: smpp.Parameters): Promise<number> => {
    const session = [...sessions].at(-1);
    if (!session) throw new Error("nobody is connected");
    session.send(new smpp.PDU("deliver_sm", { ...parameters, sequence_number: 1 }));
    for (;;) {
      const [pdu] = (await once(session, "pdu")) as [smpp.PDU];
      if (pdu.command === "deliver_sm_resp") return pdu.command_status;
    }
  };
  /** Resolves to the next connection. */
  const nextSession = async (): Promise<smpp.Session> => (await once(server, "smpp"))[0];
  return {
    received,
    parts,
    commands,
    sessions,
    kill,
    deliver,
    nextSession,
    port: (server.address() as AddressInfo).port,
  };
}
