import type { AuditEnd, AuditRecord, AuditStart, AuditUnit } from "@bookend/core";
import { isOfLog } from "../errors.js";
import type { SharedPart, SharedWrite } from "../shared-write.js";
import { actionToFields, callToFields } from "./audit-entry.js";
import type { AuditFields } from "./audit-row.js";
import type { AuditWriter, JoinedWrite } from "./audit-writer.js";

/**
 * Number of entries of one call that are kept in memory. If no writes or changes belong to the unit, the entries are
 * written once there are so many, before the call ends.
 */
const mostKept = 100;

/** The entries of one call, with writes of this package's other stores that belong to them. */
export interface JoinableUnit extends AuditUnit {
  /**
   * Adds a write, such as that of a delivery: it runs in the transaction that commits the unit, after the entries, and
   * runs again if that transaction is repeated. If it fails, nothing in this unit is kept. After `abort`, it does not
   * run.
   *
   * @param committed Called when the write has been committed.
   */
  join(write: JoinedWrite, committed?: () => void): void;
  /**
   * Adds changes of the call, such as those of counters: they are written in the transaction that commits the unit,
   * even after `abort`, and without the entries if the audit log refuses those.
   *
   * @param part Read when the unit is committed.
   */
  share<Part>(write: SharedWrite<Part>, part: Part): void;
}

/** Adds a write to the transaction of an open entry; see {@link JoinableUnit.join}. */
export type JoinEntry = JoinableUnit["join"];

/** An open entry of a call. A class, since functions for each entry would take longer to create. */
class UnitRecord implements AuditRecord {
  readonly #start: AuditStart;
  readonly #keep: (fields: AuditFields) => Promise<void> | undefined;
  /** Undefined once the entry has ended. */
  join: JoinEntry | undefined;

  constructor(start: AuditStart, keep: (fields: AuditFields) => Promise<void> | undefined, join: JoinEntry) {
    this.#start = start;
    this.#keep = keep;
    this.join = join;
  }

  success(end: AuditEnd): Promise<void> | undefined {
    return this.#end(end, true);
  }

  failure(end: AuditEnd): Promise<void> | undefined {
    return this.#end(end, false);
  }

  #end(end: AuditEnd, success: boolean): Promise<void> | undefined {
    this.join = undefined;
    return this.#keep(actionToFields(this.#start, end, success));
  }
}

/**
 * Returns a function that adds a write to an open entry of this package; undefined for an entry of another sink, or one
 * that has ended.
 */
export function joinOf(record: AuditRecord | undefined): JoinEntry | undefined {
  return record instanceof UnitRecord ? record.join : undefined;
}

/**
 * Creates a unit that collects the entries of one call, and the writes that belong to them, for one transaction.
 *
 * @param ending Called when the commit of the unit begins: whatever is added later is not written.
 */
export function auditUnit({ append }: Pick<AuditWriter, "append">, ending: () => void = () => undefined): JoinableUnit {
  const shared: SharedPart[] = [];
  let kept: AuditFields[] = [];
  let joined: { readonly write: JoinedWrite; readonly committed?: (() => void) | undefined }[] = [];
  let aborted = false;
  let hasChanges = false;
  const write = (writes?: readonly JoinedWrite[], parts?: readonly SharedPart[]): Promise<void> => {
    const entries = kept;
    kept = [];
    return append(entries, writes, parts);
  };
  const keep = (fields: AuditFields) => {
    kept.push(fields);
    // an entry and its writes are committed together or not at all
    return kept.length >= mostKept && joined.length === 0 && shared.length === 0 ? write() : undefined;
  };
  const join: JoinEntry = (write, committed) => {
    if (aborted) return;
    joined.push({ write, committed });
    noteChanges();
  };
  const noteChanges = () => {
    // a unit with writes must be committed: a delivery that was accepted but is not stored is lost
    unit.hasChanges = hasChanges || joined.length > 0;
  };
  const unit: JoinableUnit & { hasChanges: boolean } = {
    begin: (start) => new UnitRecord(start, keep, join),
    join,
    share(write, part) {
      shared.push({ write, part });
      hasChanges = true;
      noteChanges();
    },
    // not a getter: V8 would keep the getter of each unit, and everything that the getter refers to, until the next
    // full garbage collection
    hasChanges: false,
    abort() {
      aborted = true;
      joined = [];
      noteChanges();
    },
    async commit(call) {
      ending();
      if (call) kept.push(callToFields(call));
      try {
        await write(
          joined.map((one) => one.write),
          shared,
        );
      } catch (error) {
        // the changes of a call do not depend on whether the log can be written
        if (!hasChanges || !isOfLog(error)) throw error;
        await append([], [], shared);
        hasChanges = false;
        noteChanges();
        throw error;
      }
      hasChanges = false;
      const written = joined;
      joined = [];
      noteChanges();
      for (const { committed } of written) committed?.();
    },
  };
  return unit;
}
