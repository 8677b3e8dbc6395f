import type { CircuitOptions } from "./circuit.js";
import type { Claimant } from "./claims.js";
import type { DestinationLimits, RateLimits } from "./shares.js";
import type { Tries } from "./tries.js";

/** Dependencies for sending, whether an engine requests deliveries or they are claimed by leases. */
export interface SendingEnvironment {
  readonly concurrency: number;
  readonly tries: Tries;
  readonly claimant: () => Claimant;
  readonly limits: Readonly<Record<string, DestinationLimits>>;
  readonly rates: RateLimits;
  readonly circuit: CircuitOptions;
  /** Returns the current time in milliseconds since 1970. */
  readonly now: () => number;
  readonly sweep: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}
