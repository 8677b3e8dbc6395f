import type { AuditSink, AuditUnit } from "../contracts/audit.js";

/** The entries of running calls, for a sink that writes the entries of a call together. */
export interface AuditUnits {
  /**
   * Returns the destination of the entries of a call's actions: its unit, which the first action opens, or the sink.
   *
   * @param durable Whether the deliveries of the action are stored, and sent only after its entry has been written.
   */
  of(callId: string, durable: boolean): Pick<AuditSink, "begin">;
  /** Aborts the call: deliveries that its actions submitted are discarded. */
  abort(callId: string): void;
  /** Returns the unit of a call that has ended, and forgets it; undefined if none of its actions opened a unit. */
  take(callId: string): AuditUnit | undefined;
}

/**
 * Opens units on a sink; undefined if the sink does not support them. A required sink receives each entry when its
 * action ends, except for actions with durable deliveries, which are not sent before the entry has been written.
 */
export function createAuditUnits(sink: AuditSink | undefined, required: boolean): AuditUnits | undefined {
  if (!sink?.unit) return undefined;
  const open = new Map<string, AuditUnit>();
  return {
    of(callId, durable) {
      if (required && !durable) return sink;
      let unit = open.get(callId);
      if (unit === undefined) {
        unit = sink.unit?.({ id: callId });
        if (unit === undefined) return sink;
        open.set(callId, unit);
      }
      return unit;
    },
    abort(callId) {
      open.get(callId)?.abort?.();
    },
    take(callId) {
      if (open.size === 0) return undefined;
      const unit = open.get(callId);
      open.delete(callId);
      return unit;
    },
  };
}
