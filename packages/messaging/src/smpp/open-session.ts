/// <reference path="./smpp.d.ts" />
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type smpp from "smpp";
import { tlsOptions } from "../config.js";
import { MessagingError } from "../errors.js";
import { isTlsFailure } from "../tls-failure.js";
import { bindRefused } from "./command-status.js";
import type { ParsedSmppGatewayConfig } from "./config.js";
import { type SmppSession, startSession } from "./session.js";

/** How a session is used. */
export interface SessionUse {
  /** @default that of the configuration */
  readonly bind?: ParsedSmppGatewayConfig["bind"] | "receiver" | undefined;
  /**
   * Receives messages from the SMS center; if it rejects, the SMS center is asked to deliver the message again.
   * @default messages are ignored
   */
  readonly onDelivered?: ((pdu: smpp.PDU) => Promise<void>) | undefined;
}

/**
 * Connects to the SMS center, binds, and keeps the session alive.
 *
 * @throws {MessagingError} CONNECT_FAILED, TLS_FAILED, TIMEOUT, AUTH_FAILED, CONNECTION_LOST, ABORTED
 */
export async function openSession(
  config: ParsedSmppGatewayConfig,
  signal: AbortSignal,
  { bind = config.bind, onDelivered }: SessionUse = {},
): Promise<SmppSession> {
  const socket = await connectSocket(config, signal);
  const session = startSession(socket, config.host, config.timeoutMs, onDelivered);
  try {
    const answer = await session.request(
      `bind_${bind}`,
      {
        system_id: config.systemId,
        password: config.password,
        system_type: config.systemType,
        interface_version: 0x34,
      },
      signal,
    );
    if (answer.command_status !== 0) throw bindRefused(config.host, answer.command_status);
  } catch (error) {
    session.end(error as MessagingError);
    throw error;
  }
  session.keepAlive(config.enquireLinkMs);
  return session;
}

async function connectSocket(config: ParsedSmppGatewayConfig, signal: AbortSignal): Promise<Socket> {
  const { host, port, timeoutMs } = config;
  const limit = AbortSignal.timeout(timeoutMs);
  const socket = config.tls ? connectTls({ host, port, ...tlsOptions(config.tlsOptions) }) : connect({ host, port });
  socket.setNoDelay(true).setKeepAlive(true);
  try {
    await once(socket, config.tls ? "secureConnect" : "connect", { signal: AbortSignal.any([signal, limit]) });
    return socket;
  } catch (cause) {
    socket.on("error", () => {}).destroy();
    if (limit.aborted) throw new MessagingError("TIMEOUT", `${host}: no connection within ${timeoutMs} ms.`);
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    if (isTlsFailure(reason)) throw new MessagingError("TLS_FAILED", `${host}: TLS failed: ${reason}.`, { cause });
    throw new MessagingError("CONNECT_FAILED", `${host}: no connection to port ${port}: ${reason}.`, { cause });
  }
}
