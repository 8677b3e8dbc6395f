import {
  createMailer,
  type Mailer,
  type SmsGateway,
  type SmsGatewayServices,
  type SmsReport,
} from "@bookend/messaging";
import type { SmsGatewayAccess, SmtpServerAccess } from "../senders/types.js";
import { type ChannelPool, channelPool } from "./channel-pool.js";
import { mailerConfig } from "./mailer-config.js";
import { openSmsGateway } from "./open-sms-gateway.js";

/** Connections to the stored mail servers and SMS gateways. */
export interface Channels {
  readonly mailers: ChannelPool<SmtpServerAccess, Mailer>;
  readonly smsGateways: ChannelPool<SmsGatewayAccess, SmsGateway>;
  /** The dependencies of gateways. */
  readonly gatewayServices: SmsGatewayServices;
  close(): Promise<void>;
}

/** Receives the delivery reports of the SMS gateway with this name. */
export type ReceiveReport = (gateway: string, report: SmsReport) => Promise<void>;

/**
 * Creates the channels without opening a connection. `smtpServer` returns the settings of the stored mail server with
 * this name, for gateways that send mails.
 */
export function createChannels(
  {
    http,
    scriptDirectory,
    onReport,
  }: Pick<SmsGatewayServices, "http" | "scriptDirectory"> & { readonly onReport?: ReceiveReport | undefined },
  smtpServer: (name: string) => Promise<SmtpServerAccess>,
): Channels {
  const mailers = channelPool((server: SmtpServerAccess) => createMailer(mailerConfig(server)));
  const gatewayServices: SmsGatewayServices = {
    http,
    // looked up for each message, since the server can change or be added later
    mailer: (name) => ({
      encrypted: false,
      send: async (mail) => mailers.get(await smtpServer(name)).send(mail),
      verify: async () => mailers.get(await smtpServer(name)).verify(),
      close: () => undefined,
    }),
    scriptDirectory,
  };
  const smsGateways = channelPool((gateway: SmsGatewayAccess) =>
    openSmsGateway(gateway, {
      ...gatewayServices,
      ...(onReport && { onReport: (report) => onReport(gateway.name, report) }),
    }),
  );
  return {
    mailers,
    smsGateways,
    gatewayServices,
    async close() {
      await smsGateways.close();
      await mailers.close();
    },
  };
}
