import { type AuditSink, type DeliveryEngine, type Logger, problemMessage } from "@bookend/core";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import { type CircuitOptions, defaultCircuit } from "./circuit.js";
import type { OutboxKey } from "./sealed-payload.js";
import type { DestinationLimits } from "./shares.js";

/** The options of {@link openOutbox}. Times are in milliseconds. */
export interface OutboxOptions<Schema> {
  /** The database of the store: `openStore` creates its tables. */
  readonly database: Database<Schema>;
  /**
   * The store's audit log. Deliveries are written together with its entries, and each completed delivery has a separate
   * entry.
   */
  readonly audit: AuditSink;
  /** The first key seals payloads; the others open payloads that they sealed earlier. */
  readonly keys: readonly OutboxKey[];
  /** Decides when and in which process deliveries are sent. @default built in; uses the table of deliveries */
  readonly engine?: DeliveryEngine | undefined;
  /** Name of this process, for operators. @default "node" */
  readonly node?: string | undefined;
  /** How long a claim is valid if its process does not renew it. @default 15_000 */
  readonly leaseMs?: number | undefined;
  /** Time between searches for due deliveries. @default 250 */
  readonly pollMs?: number | undefined;
  /** Age after which deliveries without their own limit are abandoned. @default 604_800_000, seven days */
  readonly maxAgeMs?: number | undefined;
  /** How long the payload of a sent delivery is kept for replay. @default 0 */
  readonly keepSentMs?: number | undefined;
  /** How long the payload of a dead or cancelled delivery is kept for replay. @default 604_800_000, seven days */
  readonly keepDeadMs?: number | undefined;
  /** How long completed deliveries are listed. @default 7_776_000_000, 90 days */
  readonly keepMs?: number | undefined;
  /** Maximum size of a payload, in bytes of JSON. @default 1_048_576 */
  readonly maxPayloadBytes?: number | undefined;
  /** When failing destinations are paused. */
  readonly circuit?: Partial<CircuitOptions> | undefined;
  /** Limits of destinations, by name. */
  readonly destinations?: Readonly<Record<string, DestinationLimits>> | undefined;
  /** Receives errors. @default none */
  readonly logger?: Logger | undefined;
  /**
   * Returns the time; must be the same on all nodes. @default on PostgreSQL the server's clock, on SQLite the system's
   */
  readonly clock?: (() => Date) | undefined;
  /** Returns a number from 0 to 1, for jitter. */
  readonly random?: (() => number) | undefined;
}

/** The defaults of the options that are times or sizes. */
export const outboxDefaults = {
  leaseMs: 15_000,
  pollMs: 250,
  maxAgeMs: 604_800_000,
  keepSentMs: 0,
  keepDeadMs: 604_800_000,
  keepMs: 7_776_000_000,
  maxPayloadBytes: 1_048_576,
} as const;

/** The options of an outbox that are numbers. */
export type OutboxNumbers = { readonly [K in keyof typeof outboxDefaults]: number };

/** Maximum duration of a timer, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** A hundred years, in milliseconds. */
const longestMs = 3_155_760_000_000;

/** Maximum values of the numbers. */
const mosts: OutboxNumbers = {
  leaseMs: longestTimerMs,
  pollMs: 3_600_000,
  maxAgeMs: longestMs,
  keepSentMs: longestMs,
  keepDeadMs: longestMs,
  keepMs: longestMs,
  maxPayloadBytes: 256 * 1024 * 1024,
};

/** Maximum `concurrency` of `start` and of a destination: deliveries that are sent at the same time. */
const mostConcurrency = 10_000;

/** Maximum `ratePerSecond`: attempts for one destination that a process begins per second. */
const mostRate = 1_000_000;

/** Options that were checked, with defaults filled in. */
export interface CheckedOptions {
  readonly numbers: OutboxNumbers;
  readonly circuit: CircuitOptions;
  readonly limits: Readonly<Record<string, DestinationLimits>>;
  readonly node: string;
}

/** Checks the options of an outbox. @throws {StoreError} OUTBOX_OPTION_INVALID */
export function checkedOptions<Schema>(options: OutboxOptions<Schema>): CheckedOptions {
  const { circuit: given = {}, destinations = {}, node = "node" } = options;
  const entries = Object.entries(outboxDefaults).map(([name, standard]) => {
    const least = name.startsWith("keep") ? 0 : 1;
    return [
      name,
      integer(name, options[name as keyof OutboxNumbers] ?? standard, least, mosts[name as keyof OutboxNumbers]),
    ];
  });
  const circuit: CircuitOptions = {
    failures: integer("circuit.failures", given.failures ?? defaultCircuit.failures, 1, 1_000_000),
    firstPauseMs: integer("circuit.firstPauseMs", given.firstPauseMs ?? defaultCircuit.firstPauseMs, 1, longestMs),
    longestPauseMs: integer(
      "circuit.longestPauseMs",
      given.longestPauseMs ?? defaultCircuit.longestPauseMs,
      1,
      longestMs,
    ),
    disableAfterMs: integer(
      "circuit.disableAfterMs",
      given.disableAfterMs ?? defaultCircuit.disableAfterMs,
      1,
      longestMs,
    ),
  };
  if (circuit.longestPauseMs < circuit.firstPauseMs) {
    throw optionInvalid(
      "circuit.longestPauseMs",
      circuit.longestPauseMs,
      `an integer of at least firstPauseMs, which is ${circuit.firstPauseMs}`,
    );
  }
  for (const [name, { concurrency, ratePerSecond }] of Object.entries(destinations)) {
    const field = `destinations[${JSON.stringify(name)}]`;
    if (concurrency !== undefined) integer(`${field}.concurrency`, concurrency, 1, mostConcurrency);
    if (ratePerSecond !== undefined && !(ratePerSecond > 0 && ratePerSecond <= mostRate)) {
      throw optionInvalid(`${field}.ratePerSecond`, ratePerSecond, `a number above 0, up to ${mostRate}`);
    }
  }
  // the name is stored as part of the owner of a claim
  if (!/^[^\p{Cc}\p{Surrogate}]{1,200}$/u.test(node)) {
    throw optionInvalid("node", JSON.stringify(node), "1 to 200 characters without control characters");
  }
  return { numbers: Object.fromEntries(entries) as unknown as OutboxNumbers, circuit, limits: destinations, node };
}

/** Checks the concurrency of `start`. @default 20 @throws {StoreError} OUTBOX_OPTION_INVALID */
export function startConcurrency(wanted = 20): number {
  return integer("concurrency", wanted, 1, mostConcurrency);
}

function integer(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw optionInvalid(name, value, `an integer from ${least} to ${most}`);
}

function optionInvalid(name: string, value: unknown, allowed: string): StoreError {
  return new StoreError("OUTBOX_OPTION_INVALID", problemMessage(`${String(value)} is not valid`, allowed, name));
}
