import type { SendResult } from "@bookend/core";
import type { Selectable } from "kysely";
import type { DestinationTable } from "./delivery-row.js";
import { retryAfterOf } from "./retry-after.js";

/** When a failing destination is paused. Times in milliseconds. */
export interface CircuitOptions {
  /** Number of consecutive failures that pause a destination. @default 5 */
  readonly failures: number;
  /** Duration of the first pause; each further pause is twice as long as the previous one. @default 5_000 */
  readonly firstPauseMs: number;
  /** Maximum duration of a pause. @default 900_000 */
  readonly longestPauseMs: number;
  /** Duration of continuous failure after which a destination is disabled. @default 432_000_000, five days */
  readonly disableAfterMs: number;
}

/** Maximum pause that a peer can request: one day. After that, an attempt shows whether it is reachable again. */
const longestAskedMs = 86_400_000;

/** The defaults of {@link CircuitOptions}. */
export const defaultCircuit: CircuitOptions = {
  failures: 5,
  firstPauseMs: 5_000,
  longestPauseMs: 900_000,
  disableAfterMs: 432_000_000,
};

/** The circuit of a destination: its consecutive failures, and whether it is paused or disabled. */
export type Circuit = Selectable<DestinationTable>;

/** Returns the circuit of a destination without failures. */
export function closedCircuit(name: string): Circuit {
  return { name, paused_until: null, failures: 0, failing_since: null, disabled: 0 };
}

/** Returns the state that operators see. */
export function circuitState(circuit: Circuit, now: number): "open" | "paused" | "disabled" {
  if (circuit.disabled === 1) return "disabled";
  return circuit.paused_until !== null && circuit.paused_until > now ? "paused" : "open";
}

/** Returns whether only one attempt may run, to find out whether the destination is reachable again. */
export function isOnTrial(circuit: Circuit, options: CircuitOptions): boolean {
  return circuit.failures >= options.failures;
}

/**
 * Returns the circuit after an attempt. If the destination permanently refused only this delivery, the destination
 * counts as reachable.
 */
export function circuitAfter(before: Circuit, result: SendResult, now: number, options: CircuitOptions): Circuit {
  const { name } = before;
  if (result.status === "sent") return { ...closedCircuit(name), disabled: before.disabled };
  if (result.destination === "disable") return { ...before, disabled: 1 };
  if (result.permanent) return { ...closedCircuit(name), disabled: before.disabled };
  const failures = before.failures + 1;
  const failing_since = before.failing_since ?? now;
  if (now - failing_since >= options.disableAfterMs) return { ...before, failures, failing_since, disabled: 1 };
  const asked =
    result.destination === "wait" ? Math.min(longestAskedMs, retryAfterOf(result) || options.firstPauseMs) : 0;
  const pause =
    failures < options.failures
      ? 0
      : Math.min(options.longestPauseMs, options.firstPauseMs * 2 ** Math.min(30, failures - options.failures));
  const paused = now + Math.max(asked, pause);
  return {
    ...before,
    failures,
    failing_since,
    paused_until: asked + pause > 0 ? Math.max(before.paused_until ?? 0, paused) : before.paused_until,
  };
}
