export type { components, paths } from "./api-types.js";
export type {
  BindingPage,
  BindingsClient,
  Conditional,
  HistoryPage,
  SavedBinding,
  TextDocument,
} from "./bindings-client.js";
export { ClientError, type Problem } from "./client-error.js";
export type { ClientOptions } from "./connection.js";
export { type Client, createClient } from "./create-client.js";
export type {
  Binding,
  BindingChanges,
  BindingFields,
  BindingQuery,
  BulkRequest,
  BulkResult,
  CallFields,
  Checked,
  Described,
  DescribedHandler,
  Explanation,
  Export,
  ExportedBinding,
  HistoryEntry,
  HistoryQuery,
  Imported,
  ImportOptions,
  RestoreRequest,
  Rights,
  Tag,
  TagQuery,
} from "./types.js";
