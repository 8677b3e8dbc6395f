export { createAdmin } from "./admin.js";
export type {
  AuditLogFilter,
  AuditLogRow,
  AuditLogSearch,
  AuditReader,
  AuditStats,
  AuditStatsQuery,
} from "./audit-reader.js";
export { readPythonOrYaml } from "./bodies/read-python-or-yaml.js";
export type { CallReader, RecordedCallFilter, RecordedCallRow } from "./call-reader.js";
export { errorCodes } from "./errors.js";
export type {
  Admin,
  AdminDenied,
  AdminObject,
  AdminOptions,
  AuthorizeInput,
  EnvelopeOptions,
  ExplainedParameters,
  Feature,
  Operation,
  RequestInput,
} from "./options.js";
export { type Permission, permissionOf, type Right, rights } from "./rights.js";
