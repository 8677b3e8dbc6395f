import type { AuditSink, AuditUnit } from "../contracts/audit.js";

/** The entries of calls that are under way, for a sink that writes those of a call together. */
export interface AuditUnits {
  /** Where the entries of a call's actions go: its unit, which is opened by the first of them, or the sink. */
  of(callId: string): Pick<AuditSink, "begin">;
  /** The unit of a call that has ended, if any of its actions was recorded; it is forgotten. */
  take(callId: string): AuditUnit | undefined;
}

/** Opens units on a sink; undefined if it has none, or is required: then each entry is written when its action ends. */
export function createAuditUnits(sink: AuditSink | undefined, required: boolean): AuditUnits | undefined {
  if (!sink?.unit || required) return undefined;
  const open = new Map<string, AuditUnit>();
  return {
    of(callId) {
      let unit = open.get(callId);
      if (unit === undefined) {
        unit = sink.unit?.();
        if (unit === undefined) return sink;
        open.set(callId, unit);
      }
      return unit;
    },
    take(callId) {
      if (open.size === 0) return undefined;
      const unit = open.get(callId);
      open.delete(callId);
      return unit;
    },
  };
}
