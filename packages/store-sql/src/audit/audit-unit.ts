import type { AuditUnit } from "@bookend/core";
import { actionToFields, callToFields } from "./audit-entry.js";
import type { AuditFields } from "./audit-row.js";
import type { AuditWriter, JoinedWrite } from "./audit-writer.js";

/** Entries of one call that are kept in memory; more are written before the call ends. */
const mostKept = 100;

/** The entries of one call, and what this package's other stores write with them. */
export interface JoinableUnit extends AuditUnit {
  /**
   * Adds a write, such as that of a delivery: it runs in the transaction that commits the unit, behind the entries, and runs again if that
   * transaction is tried again. If it fails, nothing of this unit is kept.
   */
  join(write: JoinedWrite): void;
}

/** Collects the entries of one call, and what is written with them, for one transaction. */
export function auditUnit({ append }: Pick<AuditWriter, "append">): JoinableUnit {
  let kept: AuditFields[] = [];
  const joined: JoinedWrite[] = [];
  const write = (writes?: readonly JoinedWrite[]): Promise<void> => {
    const entries = kept;
    kept = [];
    return append(entries, writes);
  };
  const keep = (fields: AuditFields) => {
    kept.push(fields);
    return kept.length >= mostKept ? write() : undefined;
  };
  return {
    begin: (start) => ({
      success: (end) => keep(actionToFields(start, end, true)),
      failure: (end) => keep(actionToFields(start, end, false)),
    }),
    join(run) {
      joined.push(run);
    },
    commit(call) {
      if (call) kept.push(callToFields(call));
      return write(joined);
    },
  };
}
