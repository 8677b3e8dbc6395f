import {
  type Config,
  type ReferenceServer,
  type ServerOptions,
  scriptDirectory,
  startServer,
} from "@bookend/reference";
import { addDemoBindings, followHook } from "./demo-bindings.js";
import { ownAddresses, ownUrl, saveOwnServer } from "./demo-federation.js";
import { addDemoScript } from "./demo-script.js";
import { addDemoTokens } from "./demo-tokens.js";
import { addBranchUsers, addDemoUsers, passwdDirectory } from "./demo-users.js";
import { type MailSink, startMailSink } from "./mail-sink.js";
import { addOutboxRoutes } from "./outbox-routes.js";
import { type SmsCentre, startSmsCentre } from "./sms-centre.js";

/** A server with demo data, and the mail server and SMS center that it sends to. */
export interface DemoServer extends ReferenceServer {
  readonly mails: MailSink;
  readonly sms: SmsCentre;
}

/** Name of the demo's mail server and of its SMS gateway. */
export const demoSender = "demo";

/**
 * The name of the setting with the version of the demo data that has been written. A start only adds the data of later
 * versions, so that changes by users are kept.
 */
const seeded = "demo.seeded";
const version = 3;

/**
 * Starts a mail sink, an SMS center and a server that sends to them; writes the demo data on the first start. If a
 * first start was interrupted, the next one completes it. The demo may call itself, regardless of `outgoing.allow`.
 */
export async function startDemo(options: Omit<ServerOptions, "extend">): Promise<DemoServer> {
  const mails = await startMailSink();
  const sms = await startSmsCentre();
  const closeSinks = () => Promise.all([mails.close(), sms.close()]);
  let open: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { outgoing, host, recordedCalls } = options.config;
  const config = {
    ...options.config,
    outgoing: { ...outgoing, allow: [...outgoing.allow, ...ownAddresses(host)] },
    resolvers: { passwdDirectory: passwdDirectory(options.config) },
    // explain, preview and backtest need recorded calls
    recordedCalls: {
      ...recordedCalls,
      events: recordedCalls.events.length > 0 ? recordedCalls.events : ("all" as const),
    },
  };
  try {
    const server = await startServer({
      ...options,
      config,
      outboxPath: "/demo",
      extend(app, { outbox }) {
        // the server listens before the data is written, since the data contains its URL; until then, calls wait
        app.addHook("onRequest", () => ready);
        addOutboxRoutes(app, { mails, sms, outbox });
      },
    });
    try {
      await prepare(server, config, { mailPort: mails.port, smsPort: sms.port });
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
  { domain, bookend, url }: ReferenceServer,
  config: Config,
  { mailPort, smsPort }: { mailPort: number; smsPort: number },
): Promise<void> {
  const { settings, smtpServers, smsGateways } = domain;
  const written = Number((await settings.get(seeded)) ?? 0);
  const first = written < 1;
  // the sinks have new ports after each start; a server that an administrator deleted stays deleted
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
      description: "The demo's own SMS center",
      options: { ...gateway?.options, ...options },
    });
  }
  const own = ownUrl(config.host, url);
  await saveOwnServer(domain, own, written < 2);
  await followHook(bookend, own);
  if (first) {
    await settings.set("email.identifier", demoSender);
    await settings.set("sms.identifier", demoSender);
    await addDemoUsers(domain, config);
    await addDemoTokens(domain);
    await addDemoBindings(bookend, { version: 1, url: own });
  }
  if (written < 2) {
    await addBranchUsers(domain);
    await addDemoScript(scriptDirectory(config));
    await addDemoBindings(bookend, { version: 2, url: own });
  }
  if (written < 3) await addDemoBindings(bookend, { version: 3, url: own });
  if (written < version) await settings.set(seeded, String(version));
}
