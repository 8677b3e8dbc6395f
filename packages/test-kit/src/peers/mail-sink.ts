import { EventEmitter, once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { onTestFinished } from "vitest";

/** A mail as the server received it. */
export interface ReceivedMail {
  raw: string;
  parsed: ParsedMail;
  envelope: { from: string; to: string[] };
  secure: boolean;
  user: string | undefined;
}

/** Starts an SMTP server on an ephemeral port of the loopback address; it ends with the test. */
export async function mailSink(options: SMTPServerOptions = {}) {
  const mails: ReceivedMail[] = [];
  const arrivals = new EventEmitter();
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: !options.key,
    disableReverseLookup: true,
    onData(stream, { envelope, secure, user }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks);
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        const to = envelope.rcptTo.map(({ address }) => address);
        const mail = { raw: raw.toString(), parsed: await simpleParser(raw), envelope: { from, to }, secure, user };
        mails.push(mail);
        arrivals.emit("mail", mail);
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(() => void server.close(() => {}));
  /** Returns the next mail that arrives. */
  const next = async (): Promise<ReceivedMail> => (await once(arrivals, "mail"))[0];
  return { mails, next, server, port: (server.server.address() as AddressInfo).port };
}
