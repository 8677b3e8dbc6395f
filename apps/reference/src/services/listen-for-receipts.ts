import type { Logger } from "@bookend/core";
import type { Services } from "./services.js";

/**
 * Connects to the SMS centres that send delivery receipts, so that those of messages come in that were sent before this process began. A gateway
 * that cannot be opened says so when something is sent through it; it does not keep the server from starting.
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
      logger.warn({ gateway: name, code: String(code) }, "delivery receipts of an SMS gateway do not come in");
    }
  }
}
