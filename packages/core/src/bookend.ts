import type { AuditSink } from "./audit.js";
import type { Binding, BindingInput, BindingStore } from "./binding.js";
import type { Call, CallResponse } from "./call.js";
import type { Condition } from "./condition.js";
import type { Outbox } from "./delivery.js";
import type { Directories } from "./directories.js";
import type { Problem } from "./errors.js";
import type { Explanation } from "./explanation.js";
import type { Handler } from "./handler.js";
import type { Logger } from "./logger.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { Registry } from "./registry.js";

/** What `createBookend` is made from. */
export interface BookendOptions {
  readonly handlers: readonly Handler[];
  readonly bindings: BindingStore;
  readonly directories?: Directories | undefined;
  /** A sink, or a sink without which no action may run. Default: entries go nowhere. */
  readonly audit?: AuditSink | { readonly sink: AuditSink; readonly required: boolean } | undefined;
  /** Conditions of the host, beside the base ones, for all handlers. */
  readonly conditions?: readonly Condition[] | undefined;
  /** Events that exist; a binding to another one is refused. Default: those that `declareEvents` was told, or any. */
  readonly events?: Iterable<string> | undefined;
  /** Takes the deliveries of bindings with `delivery: "durable"`. Without it they are refused. */
  readonly outbox?: Outbox | undefined;
  /** The URL of the host, for the tag `{url}`; never taken from a request. */
  readonly url?: string | undefined;
  /** Names the browser of a User-Agent header, for the tag `{ua_browser}`. Default: its first product name. */
  readonly browserOf?: ((userAgent: string) => string) | undefined;
  /** Milliseconds that an action may take unless it says otherwise. Default 30,000. */
  readonly actionTimeoutMs?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** Checked writing of bindings; each method is done when the next call sees the change. */
export interface Bindings {
  /** In the order in which they run. */
  list(): Promise<readonly Binding[]>;
  get(id: number): Promise<Binding | undefined>;
  /** Throws `BindingInvalidError`, `BINDINGS_READ_ONLY`. */
  add(input: BindingInput): Promise<Binding>;
  /** Changes the fields given. Throws `BindingInvalidError`, `BINDING_NOT_FOUND`, `BINDINGS_READ_ONLY`. */
  update(id: number, changes: Partial<BindingInput>): Promise<Binding>;
  /** Switches a binding on or off, even one that is invalid. Throws `BINDING_NOT_FOUND`, `BINDINGS_READ_ONLY`. */
  setActive(id: number, active: boolean): Promise<Binding>;
  /** Throws `BINDING_NOT_FOUND`, `BINDINGS_READ_ONLY`. */
  remove(id: number): Promise<void>;
  /**
   * Adds bindings that come from elsewhere, in their order; with `replace` the others are removed afterwards.
   * One that is invalid is kept, but switched off. Throws `BindingInvalidError`, with nothing changed, if the fields of one
   * are wrong (each problem's field prefixed by `binding <place in the list, from 1>: `), `BINDINGS_READ_ONLY`.
   */
  import(inputs: readonly BindingInput[], options?: { replace?: boolean }): Promise<readonly ImportedBinding[]>;
}

/** What became of a binding that was imported. */
export interface ImportedBinding {
  readonly binding: Binding;
  readonly problems: readonly Problem[];
}

/** Binds actions to both ends of API calls. */
export interface Bookend {
  /**
   * Runs pre actions, the call itself, post actions; answers with the response.
   * `next` answers with the response even of a call that failed; if it throws, post actions do not run and the error is passed on.
   * Rejects with `CallAbortedError` if an action aborted the call, `AUDIT_UNAVAILABLE`, `BOOKEND_CLOSED`.
   */
  handle(call: Call, next: (call: Call) => MaybePromise<CallResponse>): MaybePromise<CallResponse>;
  /** Which bindings would run, and why the others would not. Runs nothing. Response conditions are known if the call has a response. */
  explain(call: Call): Promise<Explanation>;
  /** What is wrong, or probably wrong, with a binding; with all stored ones, each field prefixed by `binding <id>: `, if none is given. */
  check(binding?: BindingInput): Promise<readonly Problem[]>;
  readonly bindings: Bindings;
  readonly registry: Registry;
  /** Names of the events that were declared; empty if none was, and then any is allowed. */
  readonly events: ReadonlySet<string>;
  /** Adds events: an adapter calls it for each of its routes. */
  declareEvents(events: Iterable<string>): void;
  /** Resolves when bindings are loaded; rejects if they cannot be. `handle` waits for it. */
  ready(): Promise<void>;
  /** Reads the bindings again. A failure keeps those in force and rejects. */
  reload(): Promise<void>;
  /** Ends the subscription to the store. Later calls of `handle` reject with `BOOKEND_CLOSED`. */
  close(): void;
}
