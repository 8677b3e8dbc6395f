import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import { newestFirst } from "./newest-first.js";

/** A mail that arrived, as `GET /demo/mails` shows it. */
export interface SunkMail {
  /** Identifies the mail in the address of its attachments. */
  readonly id: number;
  readonly from: string;
  /** The recipients, including hidden ones. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names in lower case; the values of a repeated header are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly SunkAttachment[];
  /** ISO 8601. */
  readonly at: string;
}

/** An attachment without its content. */
export interface SunkAttachment {
  readonly filename: string | null;
  readonly contentType: string;
  readonly cid: string | null;
  /** Bytes. */
  readonly size: number;
}

/** An SMTP server on loopback that delivers nothing and shows everything. */
export interface MailSink {
  readonly port: number;
  /** Returns the mails, newest first. */
  list(): readonly SunkMail[];
  /** Returns the content of an attachment. */
  attachment(id: number, index: number): Buffer | undefined;
  /** Whether it accepts mails. */
  readonly running: boolean;
  /** Accepts no mails until it is started again on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a mail sink on a free port; it keeps the newest `capacity` mails in memory. */
export async function startMailSink({ capacity = 500 }: { capacity?: number | undefined } = {}): Promise<MailSink> {
  const kept = newestFirst<{ mail: SunkMail; contents: readonly Buffer[] }>(capacity);
  let lastId = 0;
  const listen = async (port: number): Promise<SMTPServer> => {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      allowInsecureAuth: true,
      size: 10 * 1024 * 1024,
      // stopping does not wait for clients that stay connected
      closeTimeout: 100,
      onAuth: (auth, _session, done) => done(null, { user: auth.username }),
      onData(stream, session, done) {
        simpleParser(stream, { skipImageLinks: true, skipHtmlToText: true, skipTextToHtml: true }).then((parsed) => {
          const mail = describe(parsed, session, ++lastId);
          kept.add({ mail, contents: parsed.attachments.map((attachment) => attachment.content) });
          done();
        }, done);
      },
    });
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    // a client that disconnects in the middle of a conversation does not stop the sink
    server.on("error", () => undefined);
    return server;
  };
  let server: SMTPServer | undefined = await listen(0);
  const { port } = server.server.address() as AddressInfo;
  // one after another: the port is free only after the previous stop has ended
  let last: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const turn = last.then(task);
    last = turn.catch(() => undefined);
    return turn;
  };
  const stop = () =>
    inTurn(async () => {
      const stopping = server;
      server = undefined;
      await new Promise<void>((resolve) => (stopping ? stopping.close(() => resolve()) : resolve()));
    });
  return {
    port,
    list: () => kept.list().map(({ mail }) => mail),
    attachment: (id, index) => kept.list().find(({ mail }) => mail.id === id)?.contents[index],
    get running() {
      return server !== undefined;
    },
    stop,
    start: () =>
      inTurn(async () => {
        server ??= await listen(port);
      }),
    close: stop,
  };
}

function describe(parsed: ParsedMail, session: SMTPServerSession, id: number): SunkMail {
  const headers = new Map<string, string>();
  for (const { key, line } of parsed.headerLines) {
    const value = line
      .slice(line.indexOf(":") + 1)
      .replace(/\r?\n[ \t]*/g, " ")
      .trim();
    headers.set(key, headers.has(key) ? `${headers.get(key)}, ${value}` : value);
  }
  const { mailFrom, rcptTo } = session.envelope;
  return {
    id,
    from: parsed.from?.value[0]?.address ?? (mailFrom ? mailFrom.address : ""),
    to: rcptTo.map(({ address }) => address),
    subject: parsed.subject ?? "",
    text: parsed.text ?? "",
    html: parsed.html || "",
    headers: Object.fromEntries(headers),
    attachments: parsed.attachments.map(({ filename, contentType, cid, size }) => ({
      filename: filename ?? null,
      contentType,
      cid: cid ?? null,
      size,
    })),
    at: new Date().toISOString(),
  };
}
