import { auditChainTables } from "./audit/audit-chain-tables.js";
import { auditFewerIndexes } from "./audit/audit-fewer-indexes.js";
import { auditFormatColumns } from "./audit/audit-format-columns.js";
import { auditIndexes } from "./audit/audit-indexes.js";
import { auditOrderIndexes } from "./audit/audit-order-indexes.js";
import { auditRunIndexes } from "./audit/audit-run-indexes.js";
import { auditStatsIndexes } from "./audit/audit-stats-indexes.js";
import { bindingChangeTable } from "./bindings/binding-change-table.js";
import { bindingRevisions } from "./bindings/binding-revisions.js";
import { callTable } from "./calls/call-table.js";
import { historyTables } from "./history/history-tables.js";
import type { Migration } from "./migrate.js";
import { deliveryClaimsIndex } from "./outbox/delivery-claims-index.js";
import { deliveryPayloadIndex } from "./outbox/delivery-payload-index.js";
import { deliveryReceiptTable } from "./outbox/delivery-receipt-table.js";
import { deliveryTables } from "./outbox/delivery-tables.js";

/** The migrations of this package. A name that was released must not change. */
export const storeMigrations: Readonly<Record<string, Migration>> = {
  "001-bindings": {
    async up(db, { id, flag, integer, text }) {
      await db.schema
        .createTable("bookend_binding")
        .addColumn("id", ...id)
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("active", flag, (column) => column.notNull())
        .addColumn("events", text, (column) => column.notNull())
        .addColumn("position", text, (column) => column.notNull())
        .addColumn("ordering", integer, (column) => column.notNull())
        .addColumn("handler", text, (column) => column.notNull())
        .addColumn("action", text, (column) => column.notNull())
        .addColumn("options", text, (column) => column.notNull())
        .addColumn("conditions", text, (column) => column.notNull())
        .addColumn("abort_on_error", flag)
        .addColumn("delivery", text, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("bookend_revision")
        .addColumn("id", integer, (column) => column.primaryKey())
        .addColumn("bindings", integer, (column) => column.notNull())
        .execute();
      await db.insertInto("bookend_revision").values({ id: 1, bindings: 0 }).execute();
    },
  },
  "002-counters": {
    async up(db, { integer, text }) {
      await db.schema
        .createTable("bookend_counter")
        .addColumn("name", text, (column) => column.notNull())
        .addColumn("node", text, (column) => column.notNull())
        .addColumn("value", integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("bookend_counter_pk", ["name", "node"])
        .execute();
    },
  },
  "003-audit": {
    async up(db, { dialect, flag, instant, integer, real, text }) {
      await db.schema
        .createTable("bookend_audit")
        // on SQLite, only the type "integer" makes this column the key of the table itself
        .addColumn("number", dialect === "sqlite" ? "integer" : integer, (column) => column.primaryKey())
        .addColumn("id", text, (column) => column.notNull())
        .addColumn("parent", text)
        .addColumn("event", text)
        .addColumn("position", text)
        .addColumn("action", text, (column) => column.notNull())
        .addColumn("handler", text)
        .addColumn("binding", integer)
        .addColumn("binding_name", text)
        .addColumn("success", flag, (column) => column.notNull())
        .addColumn("authentication", text)
        .addColumn("serial", text)
        .addColumn("token_type", text)
        .addColumn("container_serial", text)
        .addColumn("user", text)
        .addColumn("realm", text)
        .addColumn("resolver", text)
        .addColumn("administrator", text)
        .addColumn("action_detail", text)
        .addColumn("info", text)
        .addColumn("client", text)
        .addColumn("user_agent", text)
        .addColumn("startdate", instant, (column) => column.notNull())
        .addColumn("duration", real, (column) => column.notNull())
        .addColumn("hash", text, (column) => column.notNull())
        .addColumn("key_id", text, (column) => column.notNull())
        .addColumn("signature", text, (column) => column.notNull())
        .execute();
      for (const column of ["id", "parent", "serial", "user", "startdate"]) {
        await db.schema.createIndex(`bookend_audit_${column}`).on("bookend_audit").column(column).execute();
      }
      await db.schema
        .createTable("bookend_audit_mark")
        .addColumn("kind", text, (column) => column.primaryKey())
        .addColumn("number", integer, (column) => column.notNull())
        .addColumn("hash", text, (column) => column.notNull())
        .addColumn("key_id", text, (column) => column.notNull())
        .addColumn("signature", text, (column) => column.notNull())
        .execute();
    },
  },
  "004-audit-format": auditFormatColumns,
  "005-binding-revisions": bindingRevisions,
  "006-audit-indexes": auditIndexes,
  "006-audit-chains": auditChainTables,
  "006-history": historyTables,
  "007-binding-changes": bindingChangeTable,
  "007-audit-stats": auditStatsIndexes,
  "007-deliveries": deliveryTables,
  "008-calls": callTable,
  "009-audit-runs": auditRunIndexes,
  "009-delivery-payloads": deliveryPayloadIndex,
  "010-audit-order": auditOrderIndexes,
  "010-delivery-claims": deliveryClaimsIndex,
  "010-delivery-receipts": deliveryReceiptTable,
  "011-audit-fewer-indexes": auditFewerIndexes,
};
