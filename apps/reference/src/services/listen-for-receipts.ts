import type { Logger } from "@bookend/core";
import type { Services } from "./services.js";

/**
 * Connects to the SMS centers that send delivery receipts, so that receipts for messages sent before this process
 * started arrive. A gateway that cannot be opened does not prevent the server from starting; sending through it reports
 * the error.
 */
export async function listenForReceipts(
  { domain, channels }: Pick<Services, "domain" | "channels">,
  logger: Logger,
): Promise<void> {
  for (const { name, provider } of await domain.smsGateways.list()) {
    if (provider !== "smpp") continue;
    try {
      channels.smsGateways.get(await domain.smsGateways.access(name)).listen?.();
    } catch (error) {
      const { code = "UNKNOWN" } = (error ?? {}) as { code?: unknown };
      logger.warn({ gateway: name, code: String(code) }, "delivery receipts of an SMS gateway cannot be received");
    }
  }
}
