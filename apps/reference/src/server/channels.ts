import { createMailer, type Mailer, type SmsGateway } from "@bookend/messaging";
import type { SmsGatewayAccess, SmtpServerAccess } from "../domain/index.js";
import { type ChannelPool, channelPool } from "./channel-pool.js";
import { mailerConfig } from "./mailer-config.js";
import { openSmsGateway } from "./open-sms-gateway.js";

/** Ways out of this server. */
export interface Channels {
  readonly mailers: ChannelPool<SmtpServerAccess, Mailer>;
  readonly smsGateways: ChannelPool<SmsGatewayAccess, SmsGateway>;
  close(): Promise<void>;
}

/** Opens nothing yet. */
export function createChannels(): Channels {
  const mailers = channelPool((server: SmtpServerAccess) => createMailer(mailerConfig(server)));
  const smsGateways = channelPool(openSmsGateway);
  return {
    mailers,
    smsGateways,
    async close() {
      await Promise.all([mailers.close(), smsGateways.close()]);
    },
  };
}
