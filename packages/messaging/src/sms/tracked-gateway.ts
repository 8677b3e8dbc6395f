import { abortReason, startDeadline, tooLate, unsent } from "../deadline.js";
import { MessagingError } from "../errors.js";
import type { ShortMessage, SmsGateway, SmsReceipt } from "./sms-gateway.js";

/** A message that is being sent, with the signal of its deadline. */
export interface MessageInTime extends ShortMessage {
  readonly signal: AbortSignal;
  /** Called right before the message is sent, by gateways with a queue. @throws {MessagingError} TIMEOUT, ABORTED */
  readonly checkDeadline: () => void;
}

/** The differences between the kinds of gateways. */
export interface GatewayParts {
  readonly kind: SmsGateway["kind"];
  /** Name of the host, SMTP server or script, for error messages. */
  readonly peer: string;
  /** Milliseconds that a message may take from the moment it is submitted. */
  readonly deadlineMs: number;
  /** Milliseconds that `send` may take to end after the deadline. @default 0 */
  readonly graceMs?: number | undefined;
  /** Sends the message; settles soon after the signal has aborted. */
  send(message: MessageInTime): Promise<SmsReceipt>;
  end?(): Promise<void>;
  /** @default the process's clock */
  readonly now?: (() => number) | undefined;
}

/**
 * Creates a gateway that tracks the messages that are being sent, enforces the deadline of each, and accepts no more
 * after close.
 */
export function trackedGateway({ kind, peer, deadlineMs, graceMs = 0, send, end, now }: GatewayParts): SmsGateway {
  const sending = new Set<Promise<SmsReceipt>>();
  let closed = false;

  async function sendInTime(message: ShortMessage): Promise<SmsReceipt> {
    const deadline = startDeadline(message.signal, deadlineMs, () => tooLate(peer, deadlineMs), now);
    try {
      return await send({ ...message, signal: deadline.signal, checkDeadline: deadline.check });
    } catch (error) {
      if (!(error instanceof MessagingError && error.code === "ABORTED" && deadline.signal.aborted)) throw error;
      const why = abortReason(deadline.signal);
      throw error.uncertain ? why : unsent(why);
    } finally {
      deadline.end();
    }
  }

  return {
    kind,
    longestMs: deadlineMs + graceMs,
    async send(message) {
      if (closed) throw new MessagingError("CLOSED", "The SMS gateway is closed.");
      const sent = sendInTime(message);
      sending.add(sent);
      try {
        return await sent;
      } finally {
        sending.delete(sent);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(sending);
      await end?.();
    },
  };
}
