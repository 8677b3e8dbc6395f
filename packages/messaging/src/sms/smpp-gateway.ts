/// <reference path="../smpp/smpp.d.ts" />
import PQueue from "p-queue";
import type smpp from "smpp";
import { parseConfig } from "../config.js";
import { monotonicNow, startDeadline, unsent } from "../deadline.js";
import { MessagingError } from "../errors.js";
import { phoneNumber } from "../phone-number.js";
import { submitRefused } from "../smpp/command-status.js";
import { type SmppGatewayConfig, smppGatewayConfig } from "../smpp/config.js";
import { encodeShortMessage } from "../smpp/encode.js";
import { createLink } from "../smpp/link.js";
import { openSession } from "../smpp/open-session.js";
import { canonicalId, readReport, type SmsReport } from "../smpp/report.js";
import type { SmsGateway, SmsReceipt } from "./sms-gateway.js";
import { type MessageInTime, trackedGateway } from "./tracked-gateway.js";

/** Dependencies of {@link smppGateway}. */
interface SmppGatewayServices {
  readonly random?: (() => number) | undefined;
  readonly now?: (() => number) | undefined;
  readonly onReport?: ((report: SmsReport) => Promise<void>) | undefined;
}

/**
 * Creates a gateway that sends through an SMS center by SMPP. It connects when the first message is sent or `listen` is
 * called, and then stays connected.
 *
 * @param random returns a number from 0 to 1, for jitter
 * @param now returns the milliseconds of a clock that only goes forward
 * @param onReport called for each delivery receipt; if it rejects, the SMS center is asked to send the receipt again.
 * Without `onReport`, no receipts are requested
 * @throws {MessagingError} INVALID_CONFIG
 */
export function smppGateway(
  config: SmppGatewayConfig,
  { random = Math.random, now = monotonicNow, onReport }: SmppGatewayServices = {},
): SmsGateway {
  const settings = parseConfig(smppGatewayConfig, config);
  const { host, timeoutMs, reconnectMinMs, reconnectMaxMs } = settings;
  const queue = new PQueue({ concurrency: settings.window });
  const backOffMs = (failures: number) =>
    Math.min(reconnectMaxMs, reconnectMinMs * 2 ** failures) * (0.5 + random() / 2);
  const takesReports = settings.receipts && onReport !== undefined;
  const onDelivered = async (pdu: smpp.PDU) => {
    const report = takesReports ? readReport(pdu, settings) : undefined;
    if (report) await onReport?.(report);
  };
  const link = createLink({ open: (signal) => openSession(settings, signal, { onDelivered }), backOffMs });
  // a transmitter does not receive anything
  const receiver =
    takesReports && settings.bind === "transmitter"
      ? createLink({
          open: (signal) => openSession(settings, signal, { bind: "receiver", onDelivered }),
          backOffMs,
        })
      : undefined;
  let isListening = false;
  /** Opens the session in which receipts arrive, and keeps it open. */
  const listen = () => {
    if (isListening) return;
    isListening = true;
    // not reported here: if there is no session, the error for the message includes the reason
    (receiver ?? link).session(new AbortController().signal).catch(() => {});
  };
  const source = {
    source_addr: settings.sourceAddress,
    source_addr_ton: settings.sourceTon,
    source_addr_npi: settings.sourceNpi,
  };
  const destination = { dest_addr_ton: settings.destinationTon, dest_addr_npi: settings.destinationNpi };
  let reference = Math.floor(random() * 256);

  /**
   * Sends one part: waits for a place in the window and for a session, then for the response. Returns the id that the
   * SMS center assigned.
   */
  async function submit(
    part: smpp.Parameters,
    { signal, checkDeadline }: Pick<MessageInTime, "signal" | "checkDeadline">,
  ): Promise<string> {
    const wait = startDeadline(signal, timeoutMs, notSent);
    let submitted = false;
    try {
      const answer = await queue.add(
        async () => {
          const session = await link.session(wait.signal);
          // otherwise, `wait` could abort during the request, and the queue would free the place in the window too early
          wait.end();
          // if the message before this one left the window because its deadline passed, this message's deadline may
          // have passed as well, although its timer has not fired yet
          checkDeadline();
          submitted = true;
          return session.request("submit_sm", part, signal);
        },
        { signal: wait.signal },
      );
      if (answer.command_status !== 0) throw submitRefused(host, answer.command_status);
      return answer.message_id ?? "";
    } catch (error) {
      throw submitted ? error : unsent(error);
    } finally {
      wait.end();
    }
  }

  function notSent(): MessagingError {
    const last = link.lastFailure;
    if (!last)
      return new MessagingError("TIMEOUT", `${host}: not sent: no place in the window within ${timeoutMs} ms.`, {
        uncertain: false,
      });
    const message = `${host}: not sent: no session within ${timeoutMs} ms. ${last.message}`;
    return new MessagingError("CONNECT_FAILED", message, { cause: last });
  }

  async function send({ to, text, receipt = false, ...limits }: MessageInTime): Promise<SmsReceipt> {
    const wantsReport = receipt && takesReports;
    const destination_addr = phoneNumber(to, settings);
    const { dataCoding, esmClass, parts } = encodeShortMessage(text, reference++);
    const common = {
      ...source,
      ...destination,
      destination_addr,
      esm_class: esmClass,
      data_coding: dataCoding,
      ...(wantsReport && { registered_delivery: 1 }),
    };
    if (wantsReport) listen();
    const messageIds: string[] = [];
    // one after another, so that it is known which parts of a failed message were sent
    for (const short_message of parts) {
      try {
        messageIds.push(await submit({ ...common, short_message }, limits));
      } catch (error) {
        throw parts.length > 1 ? partlySent(error, messageIds.length, parts.length) : error;
      }
    }
    if (!wantsReport) return { messageIds, parts: parts.length };
    const receiptIds = messageIds.map((id) => canonicalId(id, settings.submitIds)).filter((id) => id !== "");
    return { messageIds, receiptIds, parts: parts.length };
  }

  const { deadlineMs } = settings;
  const end = async () => void (await Promise.all([link.close(), receiver?.close()]));
  const gateway = trackedGateway({ kind: "smpp", peer: host, deadlineMs, send, end, now });
  return takesReports ? { ...gateway, listen } : gateway;
}

function partlySent(error: unknown, sent: number, total: number): unknown {
  if (!(error instanceof MessagingError)) return error;
  return new MessagingError(error.code, `${sent} of ${total} parts were accepted. ${error.message}`, {
    cause: error,
    uncertain: error.uncertain || sent > 0,
  });
}
