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
/** A binding without what the server gives it. */
export type ExportedBinding = Schemas["ExportedBinding"];
/** The input for a binding. */
export type BindingFields = Body<"/check", "post">;
/** Changes of a binding; null takes an option or a condition away. */
export type BindingChanges = Body<"/{id}", "patch">;
/** Parameters of the list. */
export type BindingQuery = Query<"/">;
/** A change of several bindings. */
export type BulkRequest = Body<"/bulk", "post">;
/** The result of a change of several bindings. */
export type BulkResult = Value<"/bulk", "post">;
/** An export. */
export type Export = Value<"/export", "get"> & Detail<"/export", "get">;
/** The result of an import, or of its preview. */
export type Imported = Detail<"/import", "post">;
/** How bindings are imported. */
export type ImportOptions = Omit<Body<"/import", "post">, "bindings" | "format">;
/** A change of bindings. */
export type HistoryEntry = Schemas["HistoryEntry"];
/** Which page of the history. */
export type HistoryQuery = Query<"/history">;
/** To what a binding is restored. */
export type RestoreRequest = Body<"/{id}/restore", "post">;
/** The rights of the caller. */
export type Rights = Value<"/rights", "get">;
/** Events, handlers and tags. */
export type Described = Value<"/describe", "get">;
/** A handler with its tags. */
export type DescribedHandler = Schemas["HandlerWithTags"];
/** A tag of templates. */
export type Tag = Schemas["TagDescription"];
/** For which action tags are asked. */
export type TagQuery = Query<"/tags">;
/** The result of a check. */
export type Checked = Value<"/check", "post">;
/** A call, real or made up. */
export type CallFields = Body<"/explain", "post">;
/** Which bindings would run. */
export type Explanation = Value<"/explain", "post">;
/** An entry of the audit log. */
export type AuditEntry = Schemas["AuditEntry"];
/** Which entries are asked for. */
export type AuditQuery = Query<"/audit">;
/** Which entries are exported. */
export type AuditFilter = Query<"/audit/csv">;
/** A call with its actions and deliveries. */
export type AuditCall = Value<"/audit/calls/{call}", "get">;
/** How a verification stands. */
export type Verification = Schemas["AuditVerification"];
/** Runs and failures per time bucket. */
export type Stats = Value<"/stats", "get">;
/** The time that numbers are of. */
export type StatsQuery = Query<"/stats">;
/** Which deliveries are asked for. */
export type DeliveryQuery = Query<"/deliveries">;
/** A delivery. */
export type Delivery = Value<"/deliveries", "get">[number];
/** A delivery with its attempts. */
export type DeliveryWithAttempts = Value<"/deliveries/{delivery}", "get">;
/** Which deliveries are replayed, cancelled or hastened: exactly one of `ids`, `filter` (with at least one field) and `all`. */
export type DeliverySelection = Body<"/deliveries/replay", "post">;
/** The result of such a change, or of its preview. */
export type Selected = Value<"/deliveries/replay", "post">;
/** Which destinations are asked for. */
export type DestinationQuery = Query<"/destinations">;
/** Where deliveries go. */
export type Destination = Value<"/destinations", "get">[number];
/** A binding, and the call that its templates are rendered for. */
export type PreviewRequest = Body<"/preview", "post">;
/** The templates of a binding, rendered. */
export type Preview = Value<"/preview", "post">;
/** Which recorded calls are asked for. */
export type CallQuery = Query<"/calls">;
/** A recorded call in a list. */
export type RecordedCallSummary = Schemas["RecordedCallSummary"];
/** A recorded call. */
export type RecordedCall = Schemas["RecordedCall"];
/** A binding, and the recorded calls that it is tried with. */
export type BacktestRequest = Body<"/backtest", "post">;
/** A line of what a backtest says. */
export type BacktestLine = Schemas["BacktestLine"];
