import type { components, paths } from "./api-types.js";

type Schemas = components["schemas"];
type Body<P extends keyof paths, M extends "post" | "patch"> = paths[P][M] extends {
  requestBody?: { content: { "application/json": infer B } };
}
  ? B
  : never;
type Query<P extends keyof paths> = paths[P]["get"] extends { parameters: { query?: infer Q } }
  ? NonNullable<Q>
  : never;
type Value<P extends keyof paths, M extends "get" | "post"> = paths[P][M] extends {
  responses: { 200: { content: { "application/json": { result: { value: infer V } } } } };
}
  ? V
  : never;
type Detail<P extends keyof paths, M extends "get" | "post"> = paths[P][M] extends {
  responses: { 200: { content: { "application/json": { detail: infer D } } } };
}
  ? D
  : never;

/** A binding. */
export type Binding = Schemas["Binding"];
/** A binding without the fields that the server assigns. */
export type ExportedBinding = Schemas["ExportedBinding"];
/** The input for a binding. */
export type BindingFields = Body<"/check", "post">;
/** Changes of a binding; null removes an option or a condition. */
export type BindingChanges = Body<"/{id}", "patch">;
/** Selects and sorts bindings, and selects a page of them. */
export type BindingQuery = Query<"/">;
/** A change of several bindings. */
export type BulkRequest = Body<"/bulk", "post">;
/** The result of a change of several bindings. */
export type BulkResult = Value<"/bulk", "post">;
/** An export. */
export type Export = Value<"/export", "get"> & Detail<"/export", "get">;
/** The result of an import, or of its preview. */
export type Imported = Detail<"/import", "post">;
/** Options of an import. */
export type ImportOptions = Omit<Body<"/import", "post">, "bindings" | "format">;
/** A change of bindings. */
export type HistoryEntry = Schemas["HistoryEntry"];
/** Selects a page of the history. */
export type HistoryQuery = Query<"/history">;
/** The state to which a binding is restored. */
export type RestoreRequest = Body<"/{id}/restore", "post">;
/** The rights of the caller. */
export type Rights = Value<"/rights", "get">;
/** Events, handlers and tags. */
export type Described = Value<"/describe", "get">;
/** A handler with its tags. */
export type DescribedHandler = Schemas["HandlerWithTags"];
/** A tag of templates. */
export type Tag = Schemas["TagDescription"];
/** The action whose tags are requested. */
export type TagQuery = Query<"/tags">;
/** The result of a check. */
export type Checked = Value<"/check", "post">;
/** A recorded or made-up call. */
export type CallFields = Body<"/explain", "post">;
/** Which bindings would run for a call, and why the others would not. */
export type Explanation = Value<"/explain", "post">;
/** An entry of the audit log. */
export type AuditEntry = Schemas["AuditEntry"];
/** A filter of audit entries. */
export type AuditQuery = Query<"/audit">;
/** A filter of the entries to export. */
export type AuditFilter = Query<"/audit/csv">;
/** A call with its actions and deliveries. */
export type AuditCall = Value<"/audit/calls/{call}", "get">;
/** The state of a verification. */
export type Verification = Schemas["AuditVerification"];
/** Runs and failures per time bucket. */
export type Stats = Value<"/stats", "get">;
/** The period of the statistics, and the number of buckets. */
export type StatsQuery = Query<"/stats">;
/** A filter of deliveries. */
export type DeliveryQuery = Query<"/deliveries">;
/** A delivery. */
export type Delivery = Value<"/deliveries", "get">[number];
/** A delivery with its attempts. */
export type DeliveryWithAttempts = Value<"/deliveries/{delivery}", "get">;
/**
 * Selects the deliveries to replay, cancel or hasten, with exactly one of `ids`, `filter` (with at least one field) and
 * `all`.
 */
export type DeliverySelection = Body<"/deliveries/replay", "post">;
/** The result of replaying, cancelling or hastening deliveries, or of a dry run. */
export type Selected = Value<"/deliveries/replay", "post">;
/** A filter of destinations. */
export type DestinationQuery = Query<"/destinations">;
/** A destination of deliveries. */
export type Destination = Value<"/destinations", "get">[number];
/** A binding, and the call that its templates are rendered for. */
export type PreviewRequest = Body<"/preview", "post">;
/** The rendered templates of a binding. */
export type Preview = Value<"/preview", "post">;
/** A filter of recorded calls. */
export type CallQuery = Query<"/calls">;
/** A recorded call in a list. */
export type RecordedCallSummary = Schemas["RecordedCallSummary"];
/** A recorded call. */
export type RecordedCall = Schemas["RecordedCall"];
/** A binding, and the recorded calls with which to try it. */
export type BacktestRequest = Body<"/backtest", "post">;
/** A line of a backtest's output. */
export type BacktestLine = Schemas["BacktestLine"];
