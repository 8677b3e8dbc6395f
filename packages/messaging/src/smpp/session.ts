/// <reference path="./smpp.d.ts" />
import type { Socket } from "node:net";
import smpp from "smpp";
import { abortReason, unsent } from "../deadline.js";
import { MessagingError } from "../errors.js";
import { createFramer } from "./framer.js";

/**
 * A connection to an SMS center. The `smpp` package's own session is not used, since it loses callbacks, and stops
 * receiving after a malformed PDU.
 */
export interface SmppSession {
  /** False once the session has ended. */
  readonly alive: boolean;
  /**
   * Sends a request and returns its response, whatever the status of the response.
   *
   * @throws {MessagingError} TIMEOUT if there is no response in time, CONNECTION_LOST if the session ends first,
   * ABORTED
   */
  request(command: string, parameters: smpp.Parameters, signal?: AbortSignal): Promise<smpp.PDU>;
  /** Pings the SMS center at intervals. If it does not respond, the session ends. */
  keepAlive(everyMs: number): void;
  /** Resolves with the reason when the session ends. */
  readonly ended: Promise<MessagingError>;
  /** Ends the session: all requests that wait for a response fail with this error. */
  end(error: MessagingError): void;
}

interface Pending {
  answer(pdu: smpp.PDU): void;
  fail(error: MessagingError): void;
}

/** The status of a response that asks the peer to send the message again. */
const tryAgain = smpp.errors.ESME_RX_T_APPN ?? 0x64;

/** Maximum number of messages from an SMS center that are processed at the same time. */
const maxTaken = 100;

/** Starts a session on a connected socket. */
export function startSession(
  socket: Socket,
  host: string,
  timeoutMs: number,
  onDelivered: (pdu: smpp.PDU) => Promise<void> = async () => {},
): SmppSession {
  const pending = new Map<number, Pending>();
  const framer = createFramer();
  let sequence = 0;
  let taking = 0;
  let reason: MessagingError | undefined;
  let enquiry: NodeJS.Timeout | undefined;
  let resolveEnded: (error: MessagingError) => void;
  const ended = new Promise<MessagingError>((resolve) => {
    resolveEnded = resolve;
  });

  function end(error: MessagingError): void {
    if (reason) return;
    reason = error;
    clearTimeout(enquiry);
    // sends the remaining data, but waits no longer than `timeoutMs` for a peer that does not accept it
    socket.destroySoon();
    socket.setTimeout(timeoutMs, () => socket.destroy());
    for (const { fail } of [...pending.values()]) fail(error);
    resolveEnded(error);
  }

  const lost = (why: string) => end(new MessagingError("CONNECTION_LOST", `${host}: ${why}.`));

  function read(chunk: Buffer): void {
    try {
      for (const frame of framer.push(chunk)) {
        if (reason) return;
        handle(new smpp.PDU(frame));
      }
    } catch {
      lost("the SMS center sent a malformed PDU");
    }
  }

  function handle(pdu: smpp.PDU): void {
    if (pdu.isResponse()) pending.get(pdu.sequence_number)?.answer(pdu);
    else if (pdu.command === "enquire_link") socket.write(pdu.response().toBuffer());
    else if (pdu.command === "deliver_sm" || pdu.command === "data_sm") void take(pdu);
    else if (pdu.command === "unbind") {
      socket.write(pdu.response().toBuffer());
      lost("the SMS center unbound");
    } else if (pdu.command !== "alert_notification") {
      const { sequence_number } = pdu;
      const refusal = { sequence_number, command_status: smpp.errors.ESME_RINVCMDID ?? 3 };
      socket.write(new smpp.PDU("generic_nack", refusal).toBuffer());
    }
  }

  /**
   * Passes a message from the SMS center to `onDelivered`. If that fails or takes longer than `timeoutMs`, or too many
   * messages are being processed, the SMS center is asked to deliver the message again.
   */
  async function take(pdu: smpp.PDU): Promise<void> {
    const command_status = taking < maxTaken ? await statusOf(pdu) : tryAgain;
    if (reason === undefined) socket.write(pdu.response({ command_status }).toBuffer());
  }

  async function statusOf(pdu: smpp.PDU): Promise<number> {
    taking += 1;
    const kept = onDelivered(pdu)
      .then(
        () => 0,
        () => tryAgain,
      )
      .finally(() => {
        // a message that was not stored in time still counts toward `maxTaken` until its processing ends
        taking -= 1;
      });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<number>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, tryAgain);
    });
    return Promise.race([kept, late]).finally(() => clearTimeout(timer));
  }

  function request(command: string, parameters: smpp.Parameters, signal?: AbortSignal): Promise<smpp.PDU> {
    sequence = sequence === 0x7fffffff ? 1 : sequence + 1;
    const sequence_number = sequence;
    return new Promise((resolve, reject) => {
      if (reason) return reject(reason);
      if (signal?.aborted) return reject(unsent(abortReason(signal)));
      const timer = setTimeout(() => {
        waiting.fail(new MessagingError("TIMEOUT", `${host}: no response to ${command} within ${timeoutMs} ms.`));
      }, timeoutMs);
      const onAbort = () => waiting.fail(abortReason(signal));
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        pending.delete(sequence_number);
      };
      const waiting: Pending = {
        answer(pdu) {
          settle();
          resolve(pdu);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      pending.set(sequence_number, waiting);
      socket.write(new smpp.PDU(command, { ...parameters, sequence_number }).toBuffer());
    });
  }

  function keepAlive(everyMs: number): void {
    enquiry = setTimeout(() => {
      request("enquire_link", {}).then(
        () => keepAlive(everyMs),
        () => lost(`no response to enquire_link within ${timeoutMs} ms`),
      );
    }, everyMs);
  }

  socket.on("data", read);
  socket.on("error", (error: NodeJS.ErrnoException) => lost(`the connection broke: ${error.code ?? error.message}`));
  socket.on("close", () => lost("the SMS center closed the connection"));

  return {
    get alive() {
      return reason === undefined;
    },
    request,
    keepAlive,
    ended,
    end,
  };
}
