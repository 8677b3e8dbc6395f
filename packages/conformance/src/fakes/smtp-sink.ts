import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import type { Peer } from "./peer.js";

/** A mail as the server received it. */
export interface SinkMail {
  /** Envelope sender. */
  readonly from: string;
  /** Envelope recipients. */
  readonly to: readonly string[];
  /** Headers and body, as sent. */
  readonly raw: string;
}

/** An SMTP server on an ephemeral port of 127.0.0.1. */
export interface SmtpSink extends Peer {
  /** Always `127.0.0.1`. */
  readonly host: string;
  readonly port: number;
  readonly received: readonly SinkMail[];
  hold(): void;
  refuse(): void;
  identities(): readonly (string | undefined)[];
}

/** Starts an SMTP server, without TLS or authentication, that keeps the mails it receives. */
export async function startSmtpSink(): Promise<SmtpSink> {
  const received: SinkMail[] = [];
  let held = false;
  let refused = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    onMailFrom(_address, _session, next) {
      if (held) return;
      next(refused ? new Error("refused by the test") : null);
    },
    onData(stream, { envelope }, next) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        received.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : "",
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        next();
      });
    },
  });
  // a client that disconnects is not an error of this server
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    host: "127.0.0.1",
    port: (server.server.address() as AddressInfo).port,
    received,
    hold() {
      held = true;
    },
    refuse() {
      refused = true;
    },
    identities: () => received.map(({ raw }) => /^message-id:\s*(\S+)/im.exec(raw)?.[1]),
    async stop() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
