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
export type { DeliveriesClient, DeliveryPage, DestinationsClient } from "./deliveries-client.js";
export type {
  AuditCall,
  AuditEntry,
  AuditFilter,
  AuditQuery,
  Binding,
  BindingChanges,
  BindingFields,
  BindingQuery,
  BulkRequest,
  BulkResult,
  CallFields,
  Checked,
  Delivery,
  DeliveryQuery,
  DeliverySelection,
  DeliveryWithAttempts,
  Described,
  DescribedHandler,
  Destination,
  Explanation,
  Export,
  ExportedBinding,
  HistoryEntry,
  HistoryQuery,
  Imported,
  ImportOptions,
  RestoreRequest,
  Rights,
  Selected,
  Stats,
  StatsQuery,
  Tag,
  TagQuery,
  Verification,
} from "./types.js";
