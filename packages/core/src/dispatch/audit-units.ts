import type { AuditSink, AuditUnit } from "../contracts/audit.js";

/** The entries of calls that are under way, for a sink that writes those of a call together. */
export interface AuditUnits {
  /**
   * Where the entries of a call's actions go: its unit, which is opened by the first of them, or the sink.
   *
   * @param durable Whether the deliveries of the action are kept, to be sent after its entry was written.
   */
  of(callId: string, durable: boolean): Pick<AuditSink, "begin">;
  /** The call is aborted: nothing that its actions submitted is kept. */
  abort(callId: string): void;
  /** The unit of a call that has ended, if any of its actions was recorded; it is forgotten. */
  take(callId: string): AuditUnit | undefined;
}

/** Opens units on a sink; undefined if it has none. One that is required gets each entry when its action ends, unless its effects come later. */
export function createAuditUnits(sink: AuditSink | undefined, required: boolean): AuditUnits | undefined {
  if (!sink?.unit) return undefined;
  const open = new Map<string, AuditUnit>();
  return {
    of(callId, durable) {
      if (required && !durable) return sink;
      let unit = open.get(callId);
      if (unit === undefined) {
        unit = sink.unit?.();
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
