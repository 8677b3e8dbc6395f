import { createHash, hkdfSync } from "node:crypto";
import { hostname } from "node:os";
import type { ServerKeys } from "@bookend/mfa";
import type { Config } from "@bookend/reference-config";
import type { OutboxKey, OutboxOptions } from "@bookend/store-sql";

const hour = 3_600_000;

/** How deliveries are kept and sealed. */
export function outboxOptions(
  { outbox }: Pick<Config, "outbox">,
  { encryptionKey }: Pick<ServerKeys, "encryptionKey">,
): Pick<OutboxOptions<object>, "keys" | "node" | "maxAgeMs" | "keepSentMs" | "keepDeadMs" | "keepMs"> {
  return {
    keys: [keyFrom(encryptionKey)],
    node: hostname(),
    maxAgeMs: outbox.maxAgeHours * hour,
    keepSentMs: outbox.keepSentHours * hour,
    keepDeadMs: outbox.keepDeadHours * hour,
    keepMs: outbox.keepDays * 24 * hour,
  };
}

/** A key of its own, made from the encryption key: there is none more that could be lost. */
function keyFrom(encryptionKey: Uint8Array): OutboxKey {
  const secret = Buffer.from(hkdfSync("sha256", encryptionKey, "", "bookend outbox", 32));
  const id = createHash("sha256").update(secret).digest("hex").slice(0, 8);
  return { id: `k${id}`, secret: secret.toString("base64") };
}
