import { type AuditClient, auditClient } from "./audit-client.js";
import { type BindingsClient, bindingsClient } from "./bindings-client.js";
import { backtest, type CallsClient, callsClient } from "./calls-client.js";
import { type ClientOptions, connect } from "./connection.js";
import {
  type DeliveriesClient,
  type DestinationsClient,
  deliveriesClient,
  destinationsClient,
} from "./deliveries-client.js";
import type {
  BacktestLine,
  BacktestRequest,
  BindingFields,
  CallFields,
  Checked,
  Described,
  DescribedHandler,
  Explanation,
  Preview,
  PreviewRequest,
  Rights,
  Stats,
  StatsQuery,
  Tag,
  TagQuery,
} from "./types.js";

/** The management API. Each function rejects with a {@link ClientError} if a request is refused. */
export interface Client {
  readonly bindings: BindingsClient;
  readonly audit: AuditClient;
  /** Functions for recorded calls. */
  readonly calls: CallsClient;
  readonly deliveries: DeliveriesClient;
  readonly destinations: DestinationsClient;
  /** Returns the numbers of calls, and of runs and failures of bindings, per time bucket up to now. */
  stats(query?: StatsQuery): Promise<Stats>;
  /** Returns the caller's rights, and the features that the server provides. */
  rights(): Promise<Rights>;
  /** Describes all events, handlers and tags, or one handler by its id. */
  describe(): Promise<Described>;
  describe(module: string): Promise<DescribedHandler>;
  /** Lists the tags that templates can contain. */
  tags(query?: TagQuery): Promise<readonly Tag[]>;
  /**
   * Returns the problems that saving this binding would report. Without a binding: the problems of all stored bindings.
   */
  check(binding?: BindingFields & { readonly id?: number }): Promise<Checked>;
  /** Shows which bindings would run for a call, and why the others would not. */
  explain(call: CallFields): Promise<Explanation>;
  /** Renders the templates of a binding, stored or not, for a call. Nothing is sent. */
  preview(request: PreviewRequest): Promise<Preview>;
  /**
   * Tries a binding, stored or not, with recorded calls. Yields lines as they arrive; the last one is the summary. No
   * action runs.
   */
  backtest(request: BacktestRequest): AsyncIterable<BacktestLine>;
  /** Returns the OpenAPI document. */
  openapi(): Promise<Readonly<Record<string, unknown>>>;
  /** Returns the AsyncAPI document of the server's events and webhooks. */
  asyncapi(): Promise<Readonly<Record<string, unknown>>>;
}

/** Creates a client of the management API. */
export function createClient(options: ClientOptions): Client {
  const connection = connect(options);
  const { api, value, plain } = connection;
  function describe(): Promise<Described>;
  function describe(module: string): Promise<DescribedHandler>;
  function describe(module?: string): Promise<Described | DescribedHandler> {
    return module === undefined
      ? value(api.GET("/describe"))
      : value(api.GET("/describe/{module}", { params: { path: { module } } }));
  }
  return {
    bindings: bindingsClient(connection),
    audit: auditClient(connection),
    calls: callsClient(connection),
    deliveries: deliveriesClient(connection),
    destinations: destinationsClient(connection),
    stats: (query = {}) => value(api.GET("/stats", { params: { query } })),
    describe,
    rights: () => value(api.GET("/rights")),
    tags: (query = {}) => value(api.GET("/tags", { params: { query } })),
    check: (body = {}) => value(api.POST("/check", { body })),
    explain: (body) => value(api.POST("/explain", { body })),
    preview: (body) => value(api.POST("/preview", { body })),
    backtest: (request) => backtest(connection, request),
    openapi: () => plain(api.GET("/openapi.json")),
    asyncapi: () => plain(api.GET("/asyncapi.json")),
  };
}
