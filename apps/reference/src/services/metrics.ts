import { bookendMetrics, type ObservedOutbox, type ReadCheckpoint } from "@bookend/metrics";
import { type Config, readSecret } from "@bookend/reference-config";
import { collectDefaultMetrics, Registry } from "prom-client";

/** Metrics of this server, and the callers that may read them. */
export interface ServerMetrics {
  readonly registry: Registry;
  readonly allow: readonly string[];
  readonly token: string | undefined;
  close(): void;
}

/**
 * Creates the metrics of the process and of Bookend; undefined if nobody may read them.
 *
 * @throws {ConfigError} if the environment variable of the token is not set
 */
export function createMetrics(
  { metrics: { allow, token } }: Pick<Config, "metrics">,
  { outbox, lastCheckpoint }: { readonly outbox: ObservedOutbox; readonly lastCheckpoint: ReadCheckpoint },
): ServerMetrics | undefined {
  if (allow.length === 0 && token === undefined) return undefined;
  const registry = new Registry();
  const secret = token === undefined ? undefined : readSecret(token, "metrics.token");
  collectDefaultMetrics({ register: registry });
  const { close } = bookendMetrics({ registry, outbox, lastCheckpoint });
  return { registry, allow, token: secret, close };
}
