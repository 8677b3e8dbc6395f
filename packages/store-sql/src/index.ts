export { type Generated, type Kysely, sql } from "kysely";
export type { AuditPlace, RowFlaw } from "./audit/audit-chain.js";
export type { AuditFilter } from "./audit/audit-filter.js";
export { type AuditKey, auditPublicKey, generateAuditKey } from "./audit/audit-keys.js";
export { type AuditColumn, type AuditFields, auditColumns } from "./audit/audit-row.js";
export type {
  AuditLogEntry,
  AuditPage,
  AuditSearch,
} from "./audit/audit-search.js";
export type { AuditStats, AuditStatsQuery } from "./audit/audit-stats.js";
export { isAuditColumn } from "./audit/check-search.js";
export type { AuditLog } from "./audit/sql-audit.js";
export type { AuditCheckpoint, AuditFinding, AuditFlaw, LastCheckpoint } from "./audit/verification.js";
export { type AuditVerification, type VerifyOptions, verifyAudit } from "./audit/verify-audit.js";
export { type OpenBindingsOptions, type OpenedBindings, openBindings } from "./bindings/open-bindings.js";
export type { SqlBindingsOptions } from "./bindings/sql-bindings.js";
export { type CallLog, type CallLogOptions, openCallLog } from "./calls/call-log.js";
export type { RecordedCallSummary } from "./calls/call-row.js";
export type { CallLimits } from "./calls/prune-calls.js";
export type { CallFilter, CallPage } from "./calls/read-calls.js";
export type { CounterTable } from "./counters/sql-counters.js";
export { type Database, type DatabaseOptions, type DialectName, openDatabase } from "./database.js";
export { isDatabaseAway, isStatementTimeout, StoreError, type StoreErrorCode, storeErrorCodes } from "./errors.js";
export { type GroupCommitOptions, groupCommit } from "./group-commit.js";
export { inspectStore } from "./inspect-store.js";
export { jsonParameter } from "./json-parameter.js";
export {
  type MigrateOptions,
  type Migration,
  type MigrationDatabase,
  type MigrationState,
  migrate,
  migrationState,
} from "./migrate.js";
export type { CircuitOptions } from "./outbox/circuit.js";
export { openOutbox } from "./outbox/open-outbox.js";
export type { OutboxOptions } from "./outbox/outbox-options.js";
export { generateOutboxKey, type OutboxKey } from "./outbox/sealed-payload.js";
export type { DestinationLimits } from "./outbox/shares.js";
export { type Flag, type PortableColumns, toFlag } from "./portable-columns.js";
export type { ChannelListener } from "./postgres-listener.js";
export { readRows, writeRows } from "./run-statement.js";
export {
  type Compilable,
  type CompiledStatement,
  type Outcome,
  type Statement,
  type StatementDatabase,
  statement,
} from "./statement.js";
export { ask, type Step, type Steps } from "./steps.js";
export { openStore, type Store, type StoreHealth, type StoreOptions } from "./store.js";
export { isConflict, type TransactOptions, transact } from "./transact.js";
export {
  type TransactTogetherOptions,
  transactTogether,
  type WriteTogetherOptions,
  writeTogether,
} from "./transact-together.js";
export { matchesWildcard } from "./wildcard.js";
