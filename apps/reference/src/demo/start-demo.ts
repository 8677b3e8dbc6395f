import type { Config } from "../config/config.js";
import { type ReferenceServer, type ServerOptions, startServer } from "../server/reference-server.js";
import { addDemoBindings } from "./demo-bindings.js";
import { addDemoTokens } from "./demo-tokens.js";
import { addDemoUsers } from "./demo-users.js";
import { type MailSink, startMailSink } from "./mail-sink.js";
import { addOutboxRoutes } from "./outbox-routes.js";
import { type SmsCentre, startSmsCentre } from "./sms-centre.js";

/** A server with demo data, and beside it what it sends to. */
export interface DemoServer extends ReferenceServer {
  readonly mails: MailSink;
  readonly sms: SmsCentre;
}

/** Name of the demo's mail server and of its SMS gateway. */
export const demoSender = "demo";

/** Set once the demo data are written: what was changed since then is kept. */
const seeded = "demo.seeded";

/**
 * Starts a mail sink, an SMS centre and a server that sends to them; writes the demo data on the first start.
 * A first start that was cut short is finished by the next one.
 */
export async function startDemo(options: Omit<ServerOptions, "extend">): Promise<DemoServer> {
  const mails = await startMailSink();
  const sms = await startSmsCentre();
  const closeSinks = () => Promise.all([mails.close(), sms.close()]);
  let open: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  try {
    const server = await startServer({
      ...options,
      extend(app) {
        // the port is taken before anything is written, and calls wait until all is
        app.addHook("onRequest", () => ready);
        addOutboxRoutes(app, { mails, sms });
      },
    });
    try {
      await prepare(server, options.config, { mailPort: mails.port, smsPort: sms.port });
    } catch (error) {
      open();
      await server.close();
      throw error;
    }
    open();
    const close = async () => {
      await server.close();
      await closeSinks();
    };
    return { ...server, mails, sms, close };
  } catch (error) {
    await closeSinks();
    throw error;
  }
}

async function prepare(
  { domain, bookend }: ReferenceServer,
  config: Config,
  { mailPort, smsPort }: { mailPort: number; smsPort: number },
): Promise<void> {
  const { settings, smtpServers, smsGateways } = domain;
  const first = (await settings.get(seeded)) === undefined;
  // the sinks are elsewhere after each start; a server that an admin deleted stays deleted
  const mailServer = await smtpServers.find(demoSender);
  if (first || mailServer) {
    const address = { name: demoSender, host: "127.0.0.1", port: mailPort };
    const rest = {
      description: "The demo's own mail sink",
      startTls: "never",
      sender: "Bookend <bookend@demo.example>",
    } as const;
    await smtpServers.save({ ...rest, ...mailServer, ...address });
  }
  const gateway = await smsGateways.find(demoSender);
  if (first || gateway) {
    const options = { host: "127.0.0.1", port: String(smsPort), systemId: "demo", sourceAddress: "Bookend" };
    await smsGateways.save({
      name: demoSender,
      provider: "smpp",
      description: "The demo's own SMS centre",
      options: { ...gateway?.options, ...options },
    });
  }
  if (!first) return;
  await settings.set("email.identifier", demoSender);
  await settings.set("sms.identifier", demoSender);
  await addDemoUsers(domain, config);
  await addDemoTokens(domain);
  await addDemoBindings(bookend);
  await settings.set(seeded, "1");
}
