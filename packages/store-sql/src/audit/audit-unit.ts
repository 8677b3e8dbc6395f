import type { AuditUnit } from "@bookend/core";
import { actionToFields, callToFields } from "./audit-entry.js";
import type { AuditFields } from "./audit-row.js";
import type { AuditWriter } from "./audit-writer.js";

/** Entries of one call that are kept in memory; more are written before the call ends. */
const mostKept = 100;

/** Collects the entries of one call, to write them in one transaction. */
export function auditUnit({ append }: Pick<AuditWriter, "append">): AuditUnit {
  let kept: AuditFields[] = [];
  const write = (): Promise<void> => {
    const entries = kept;
    kept = [];
    return append(entries);
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
    commit(call) {
      if (call) kept.push(callToFields(call));
      return write();
    },
  };
}
