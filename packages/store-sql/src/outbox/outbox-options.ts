import type { AuditSink, DeliveryEngine, Logger } from "@bookend/core";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { CircuitOptions } from "./circuit.js";
import type { OutboxKey } from "./sealed-payload.js";
import type { DestinationLimits } from "./shares.js";

/** The options of {@link openOutbox}. Times are in milliseconds. */
export interface OutboxOptions<Schema> {
  /** That of the store: `openStore` has made its tables. */
  readonly database: Database<Schema>;
  /** The store's audit log: deliveries are written together with its entries, and each that ends is an entry of its own. */
  readonly audit: AuditSink;
  /** The first seals payloads; those of former ones open with the others. */
  readonly keys: readonly OutboxKey[];
  /** Says when deliveries are due, and where. @default the deliveries' own table */
  readonly engine?: DeliveryEngine | undefined;
  /** Name of this process, for operators. @default "node" */
  readonly node?: string | undefined;
  /** How long a claim is good without news of its process. @default 15_000 */
  readonly leaseMs?: number | undefined;
  /** Between looks for what is due. @default 250 */
  readonly pollMs?: number | undefined;
  /** Age at which deliveries that say nothing of it are given up. @default 604_800_000, seven days */
  readonly maxAgeMs?: number | undefined;
  /** How long the payload of what was sent is kept for replay. @default 0 */
  readonly keepSentMs?: number | undefined;
  /** How long the payload of what is dead or cancelled is kept for replay. @default 604_800_000, seven days */
  readonly keepDeadMs?: number | undefined;
  /** How long deliveries that ended are kept at all. @default 7_776_000_000, 90 days */
  readonly keepMs?: number | undefined;
  /** Longest payload, in bytes of JSON. @default 1_048_576 */
  readonly maxPayloadBytes?: number | undefined;
  /** When a destination that fails is left alone. */
  readonly circuit?: Partial<CircuitOptions> | undefined;
  /** Limits of destinations, by name. */
  readonly destinations?: Readonly<Record<string, DestinationLimits>> | undefined;
  /** Told of what went wrong. @default nobody */
  readonly logger?: Logger | undefined;
  readonly clock?: (() => Date) | undefined;
  /** From 0 to 1, for jitter. */
  readonly random?: (() => number) | undefined;
}

/** Options with defaults, for those that are times or sizes. */
export const outboxDefaults = {
  leaseMs: 15_000,
  pollMs: 250,
  maxAgeMs: 604_800_000,
  keepSentMs: 0,
  keepDeadMs: 604_800_000,
  keepMs: 7_776_000_000,
  maxPayloadBytes: 1_048_576,
} as const;

type Numbers = { readonly [K in keyof typeof outboxDefaults]: number };

/** The numbers of an outbox. @throws {StoreError} OUTBOX_OPTION_INVALID */
export function numbersOf(options: { readonly [K in keyof Numbers]?: number | undefined }): Numbers {
  const numbers = Object.fromEntries(
    Object.entries(outboxDefaults).map(([name, standard]) => {
      const value = options[name as keyof Numbers] ?? standard;
      const least = name.startsWith("keep") ? 0 : 1;
      if (!Number.isFinite(value) || value < least) {
        throw new StoreError(
          "OUTBOX_OPTION_INVALID",
          `${name}: ${value} is not valid. Allowed: a number from ${least}.`,
        );
      }
      return [name, value];
    }),
  );
  return numbers as unknown as Numbers;
}
