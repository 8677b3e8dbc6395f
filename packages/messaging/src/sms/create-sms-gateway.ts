import type { HttpClient } from "@bookend/http-client";
import { z } from "zod";
import { parseConfig } from "../config.js";
import { MessagingError } from "../errors.js";
import type { Mailer } from "../mailer.js";
import { smppGatewayConfig } from "../smpp/config.js";
import type { SmsReport } from "../smpp/report.js";
import { httpGateway, httpGatewayConfig } from "./http-gateway.js";
import { scriptGateway, scriptGatewayConfig } from "./script-gateway.js";
import { smppGateway } from "./smpp-gateway.js";
import type { SmsGateway } from "./sms-gateway.js";
import { smtpGateway, smtpGatewayConfig } from "./smtp-gateway.js";

/** An SMS gateway of any kind. */
export const smsGatewayConfig = z.discriminatedUnion("kind", [
  smppGatewayConfig,
  httpGatewayConfig,
  smtpGatewayConfig,
  scriptGatewayConfig,
]);

/** Input of {@link smsGatewayConfig}. */
export type SmsGatewayConfig = z.input<typeof smsGatewayConfig>;

/** Dependencies of the gateways, each for one kind. */
export interface SmsGatewayServices {
  /** The client of http gateways, which do not close it. */
  http: HttpClient;
  /** For smtp gateways, returns the mailer of a configured SMTP server. The gateway does not close it. */
  mailer(server: string): Mailer | undefined;
  /**
   * For smpp gateways: called for each delivery receipt; if it rejects, the SMS center is asked to send the receipt
   * again. Without `onReport`, no receipts are requested.
   */
  onReport?: ((report: SmsReport) => Promise<void>) | undefined;
  /** Directory of the scripts, for script gateways. Without a directory, such gateways are refused. */
  scriptDirectory?: string | undefined;
}

/**
 * Creates the gateway of the configured kind.
 *
 * @throws {MessagingError} INVALID_CONFIG, SCRIPT_REFUSED
 */
export function createSmsGateway(config: SmsGatewayConfig, services: SmsGatewayServices): SmsGateway {
  // each gateway parses its configuration itself; this check refuses an unknown kind
  parseConfig(smsGatewayConfig, config);
  switch (config.kind) {
    case "smpp":
      return smppGateway(config, { onReport: services.onReport });
    case "http":
      return httpGateway(config, services);
    case "smtp": {
      const mailer = services.mailer(config.server);
      if (mailer) return smtpGateway(config, { mailer });
      throw new MessagingError("INVALID_CONFIG", `server: there is no SMTP server ${JSON.stringify(config.server)}.`);
    }
    case "script": {
      if (services.scriptDirectory !== undefined) return scriptGateway(config, { directory: services.scriptDirectory });
      throw new MessagingError("INVALID_CONFIG", "kind: there is no script directory.");
    }
  }
}
