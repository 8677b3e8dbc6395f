import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { ServerKeys } from "@bookend/mfa";
import type { Config } from "@bookend/reference-config";
import type { OutboxKey, OutboxOptions } from "@bookend/store-sql";
import { formerOutboxKeys } from "./former-keys.js";

const hour = 3_600_000;

/**
 * Returns the options for storing and encrypting deliveries.
 *
 * @throws {ConfigError} for a former key that is not valid
 */
export function outboxOptions(
  config: Pick<Config, "outbox" | "secrets">,
  { outboxKey }: Pick<ServerKeys, "outboxKey">,
): Pick<OutboxOptions<object>, "keys" | "node" | "maxAgeMs" | "keepSentMs" | "keepDeadMs" | "keepMs"> {
  const { outbox } = config;
  const former = formerOutboxKeys(config).map((key) => keyOf(Buffer.from(key, "base64")));
  // the former keys may include the current key, or the same key twice
  const keys = new Map([keyOf(outboxKey), ...former].map((key) => [key.id, key]));
  return {
    keys: [...keys.values()],
    node: hostname(),
    maxAgeMs: outbox.maxAgeHours * hour,
    keepSentMs: outbox.keepSentHours * hour,
    keepDeadMs: outbox.keepDeadHours * hour,
    keepMs: outbox.keepDays * 24 * hour,
  };
}

/** Creates an outbox key. The id is derived from the key, so that a key always has the same id. */
function keyOf(secret: Uint8Array): OutboxKey {
  const id = createHash("sha256").update("bookend outbox key").update(secret).digest("hex").slice(0, 16);
  return { id: `k${id}`, secret: Buffer.from(secret).toString("base64") };
}
