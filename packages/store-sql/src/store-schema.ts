import type { Generated } from "kysely";
import type { AuditRow } from "./audit/audit-row.js";
import type { CallTable } from "./calls/call-table.js";
import type { HistoryChangeTable, HistoryTable } from "./history/history-schema.js";
import type {
  DeliveryAttemptTable,
  DeliveryReceiptTable,
  DeliveryTable,
  DestinationTable,
} from "./outbox/delivery-row.js";
import type { Flag } from "./portable-columns.js";

/** The tables of this package. */
export interface StoreSchema {
  bookend_binding: BindingTable;
  /** A single row whose number increases with every change of a binding. */
  bookend_revision: { id: number; bindings: number };
  /** The bindings that each change affected; binding 0 represents all of them. */
  bookend_binding_change: { revision: number; binding: number };
  bookend_counter: { name: string; node: string; value: number };
  bookend_audit: AuditRow;
  bookend_history: HistoryTable;
  bookend_history_change: HistoryChangeTable;
  bookend_audit_mark: AuditMarkTable;
  bookend_audit_chain: AuditChainTable;
  bookend_audit_checkpoint: AuditCheckpointTable;
  /** A single row: on SQLite, the last number that was assigned to a row of the audit log. */
  bookend_audit_state: { id: number; number: number };
  bookend_call: CallTable;
  bookend_delivery: DeliveryTable;
  bookend_delivery_attempt: DeliveryAttemptTable;
  bookend_delivery_receipt: DeliveryReceiptTable;
  bookend_destination: DestinationTable;
}

/** A binding; events, options and conditions are JSON. */
export interface BindingTable {
  id: Generated<number>;
  revision: number;
  /** Unique among all bindings. */
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

/**
 * A signed statement about the audit log. For writer 0: its newest row (`head`), and the newest one that was pruned
 * (`checkpoint`). For checkpoints: the `newest`, and the oldest that is kept (`base`), if older ones were pruned.
 */
export interface AuditMarkTable {
  kind: "head" | "checkpoint" | "newest" | "base";
  number: number;
  hash: string;
  key_id: string;
  signature: string;
}

/** The chain of one process. AUDIT-FORMAT.md describes what is signed. */
export interface AuditChainTable {
  writer: Generated<number>;
  /** Ed25519, SPKI in base64. The private part never leaves the memory of the process. */
  public_key: string;
  /** The newest checkpoint when the chain began; 0 if there was none. */
  start_checkpoint: number;
  start_hash: string;
  /** The installation's key that signed `certificate`. */
  key_id: string;
  certificate: string;
  /** Place of the newest row. */
  place: number;
  hash: string;
  signature: string;
  /** Milliseconds since 1970. After this time, any process may close the chain. */
  lease_until: number;
  closed: Flag;
  end_key_id: string | null;
  end_signature: string | null;
  /** Place of the newest row that was pruned. */
  cut_place: number | null;
  cut_hash: string | null;
  cut_key_id: string | null;
  cut_signature: string | null;
  /** The checkpoint that recorded the chain as closed; later ones omit it. */
  settled: number | null;
}

/** A signed statement about the places of all chains. */
export interface AuditCheckpointTable {
  number: number;
  /** Milliseconds since 1970. */
  made_at: number;
  /** JSON with `[writer, place, hash, closed]` of each chain, by writer. */
  leaves: string;
  /** Merkle root of the leaves, in base64. */
  root: string;
  /** Hash of the previous checkpoint. */
  previous: string;
  hash: string;
  key_id: string;
  signature: string;
}
