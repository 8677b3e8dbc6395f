import type { TrustedProxies } from "./client-address.js";
import type { AdapterOptions } from "./options.js";
import type { ParameterLimits } from "./parameter-limits.js";

/** The options of an adapter, checked and parsed, with their defaults. */
export interface ExchangeSettings<Request> extends AdapterOptions<Request> {
  readonly trusted: TrustedProxies;
  readonly limits: ParameterLimits;
  readonly hangUpTimeoutMs: number;
}
