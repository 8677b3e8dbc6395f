export { type Generated, type Kysely, sql } from "kysely";
export type { AuditPlace, RowFlaw } from "./audit/audit-chain.js";
export { type AuditKey, auditPublicKey, generateAuditKey } from "./audit/audit-keys.js";
export { type AuditColumn, type AuditFields, auditColumns } from "./audit/audit-row.js";
export {
  type AuditFilter,
  type AuditLogEntry,
  type AuditPage,
  type AuditSearch,
  isAuditColumn,
} from "./audit/audit-search.js";
export type { AuditLog } from "./audit/sql-audit.js";
export {
  type AuditFinding,
  type AuditFlaw,
  type AuditVerification,
  type VerifyOptions,
  verifyAudit,
} from "./audit/verify-audit.js";
export type { CounterTable } from "./counters/sql-counters.js";
export * from "./database.js";
export * from "./errors.js";
export * from "./migrate.js";
export * from "./portable-columns.js";
export type { ChannelListener } from "./postgres-listener.js";
export * from "./store.js";
export { isConflict, type TransactOptions, transact } from "./transact.js";
export * from "./wildcard.js";
