import type { Generated } from "kysely";
import type { AuditRow } from "./audit/audit-row.js";
import type { HistoryChangeTable, HistoryTable } from "./history/history-schema.js";
import type { DeliveryAttemptTable, DeliveryTable, DestinationTable } from "./outbox/delivery-row.js";
import type { Flag } from "./portable-columns.js";

/** The tables of this package. */
export interface StoreSchema {
  bookend_binding: BindingTable;
  /** One row; its number grows with every change of a binding. */
  bookend_revision: { id: number; bindings: number };
  bookend_counter: { name: string; node: string; value: number };
  bookend_audit: AuditRow;
  bookend_history: HistoryTable;
  bookend_history_change: HistoryChangeTable;
  bookend_audit_mark: AuditMarkTable;
  bookend_delivery: DeliveryTable;
  bookend_delivery_attempt: DeliveryAttemptTable;
  bookend_destination: DestinationTable;
}

/** A binding; events, options and conditions are JSON. */
export interface BindingTable {
  id: Generated<number>;
  revision: number;
  /** Unique. */
  name: string;
  active: Flag;
  events: string;
  position: "pre" | "post";
  ordering: number;
  handler: string;
  action: string;
  options: string;
  conditions: string;
  abort_on_error: Flag | null;
  delivery: "inline" | "durable";
}

/** A signed statement about the audit log: its newest row (`head`), and the newest row that was pruned (`checkpoint`). */
export interface AuditMarkTable {
  kind: "head" | "checkpoint";
  number: number;
  hash: string;
  key_id: string;
  signature: string;
}
