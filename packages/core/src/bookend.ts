import type { HostEvents } from "./bindings/host-events.js";
import type { AuditCall, AuditSink } from "./contracts/audit.js";
import type { BindingInput } from "./contracts/binding.js";
import type { BindingStore } from "./contracts/binding-store.js";
import type { Bindings } from "./contracts/bindings.js";
import type { Call, CallResponse, NextCall } from "./contracts/call.js";
import type { Directories } from "./contracts/directories.js";
import type { Problem } from "./contracts/errors.js";
import type { EventDescription } from "./contracts/event.js";
import type { Logger } from "./contracts/logger.js";
import type { MaybePromise } from "./contracts/maybe-promise.js";
import type { Outbox } from "./contracts/outbox.js";
import type { CallRecorder, RecordedCall } from "./contracts/recorded-call.js";
import type { Condition } from "./definitions/condition.js";
import type { Handler } from "./definitions/handler.js";
import type { Registry } from "./definitions/registry.js";
import type { Backtest } from "./dispatch/backtest.js";
import type { Explanation } from "./dispatch/explanation.js";
import type { BindingsStatus } from "./dispatch/follow-bindings.js";
import type { PreviewOptions, TextPreview } from "./dispatch/prepared-texts.js";
import type { HostTag } from "./templates/host-tags.js";

/** Options of `createBookend`. */
export interface BookendOptions {
  readonly handlers: readonly Handler[];
  readonly bindings: BindingStore;
  readonly directories?: Directories | undefined;
  /**
   * The sink that receives the audit entries. With `required`, an action does not run if its entry cannot be begun, and
   * a call fails if one of its entries cannot be written. Default: entries are discarded.
   */
  readonly audit?: AuditSink | { readonly sink: AuditSink; readonly required: boolean } | undefined;
  /** Conditions of the host, in addition to the base conditions, for all handlers. */
  readonly conditions?: readonly Condition[] | undefined;
  /**
   * The events that exist: names, or descriptions by name. `declareEvents` adds others. A binding to an event that does
   * not exist is refused, unless no event was declared at all.
   */
  readonly events?: HostEvents | undefined;
  /** Tags of the host, by name, for the templates of all handlers. A name that already exists is refused. */
  readonly tags?: Readonly<Record<string, HostTag>> | undefined;
  /** The roles that exist, for the condition `actor_role`, which refuses all others. Default: any. */
  readonly roles?: readonly string[] | undefined;
  /**
   * Secrets by name, for the tags `{secret.NAME}`. They are inserted when a template is rendered; everything that core
   * itself shows or records contains `***` instead.
   */
  readonly secrets?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Parameters that contain secrets, by name or JSON pointer, in addition to those whose names say so (`password`,
   * `pin`, …): templates can use them only as secret tags, and neither `explain` nor recorded calls show them. Names
   * are matched in any letter case. Schemas of events can mark further parameters.
   */
  readonly secretParameters?: readonly string[] | undefined;
  /**
   * Headers of requests and responses that contain secrets, by name in any case, in addition to those whose names say
   * so (`authorization`, `cookie`, names that end in `token`, …). They are treated like secret parameters.
   */
  readonly secretHeaders?: readonly string[] | undefined;
  /** Takes the deliveries of bindings with `delivery: "durable"`. Without it, such bindings are refused. */
  readonly outbox?: Outbox | undefined;
  /** Keeps calls for `explainRecorded` and `backtest`. @default no calls are kept */
  readonly recorder?: CallRecorder | undefined;
  /** The URL of the host, for the tag `{url}`; never taken from a request. */
  readonly url?: string | undefined;
  /**
   * Determines the browser from a User-Agent header, for the tag `{ua_browser}`. @default the names that the library
   * bowser knows; for other programs, the first product in the header
   */
  readonly browserOf?: ((userAgent: string) => string) | undefined;
  /** Milliseconds that an action may take unless it sets its own limit. Default 30,000. */
  readonly actionTimeoutMs?: number | undefined;
  /**
   * Maximum milliseconds for a lookup in a directory, the `actual` of a condition, a tag of the host, names to choose
   * from, the `check` of an action, and the audit sink.
   *
   * @default 10_000
   */
  readonly lookupTimeoutMs?: number | undefined;
  /** @default the logger of the first adapter that has one, such as `fastify.log`; until then, nothing is logged */
  readonly logger?: Logger | undefined;
  /**
   * For development only: log lines, and the response to a call that failed because of an action, contain the message
   * of a fault, which may contain secrets.
   *
   * @default false
   */
  readonly development?: boolean | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** Options of `Bookend.handle`. */
export interface HandleOptions {
  /**
   * Whether the caller passes the call to `recordCall` or `recordActions` once the call has ended, even if it failed.
   * The entries of the call's actions may then wait for that method, to be written together with the call's own entry.
   * Otherwise these entries are written before `handle` returns.
   *
   * @default false
   */
  readonly recorded?: boolean | undefined;
}

/** Binds actions to both ends of API calls. */
export interface Bookend {
  /**
   * Runs the pre actions, the call itself and the post actions, and returns the response. `next` must return a response
   * even if the call failed; only post bindings with a condition on failure then run. If `next` throws, for example
   * because the call was refused, no post actions run, and the error is passed on.
   *
   * @throws {CallAbortedError} if an action aborted the call
   * @throws {BookendError} AUDIT_UNAVAILABLE, CALL_NOT_COMMITTED, BOOKEND_CLOSED
   */
  handle(call: Call, next: NextCall, options?: HandleOptions): MaybePromise<CallResponse>;
  /**
   * Writes the entry of a call that has ended to the audit sink. Adapters do so for each of their calls. A failure of
   * the sink is logged.
   *
   * @throws {BookendError} AUDIT_UNAVAILABLE if the sink fails and is required, CALL_NOT_COMMITTED if changes that the
   * call's actions made, such as those of counters, are lost
   */
  recordCall(entry: AuditCall): Promise<void>;
  /**
   * Writes the waiting entries of a call's actions, for a call without an entry of its own. A failure of the sink is
   * logged.
   *
   * @throws {BookendError} AUDIT_UNAVAILABLE, CALL_NOT_COMMITTED, for the reasons given at `recordCall`
   */
  recordActions(callId: string): Promise<void>;
  /**
   * Explains which bindings would run, and why the others would not. Runs nothing. Conditions on the response are known
   * if the call has one.
   */
  explain(call: Call): Promise<Explanation>;
  /**
   * Like `explain`, for a single binding that does not need to be stored. Its position, events and conditions are used
   * as given.
   *
   * @throws {BindingInvalidError} BINDING_INVALID if its fields are invalid
   */
  explainBinding(call: Call, binding: BindingInput & { readonly id?: number | undefined }): Promise<Explanation>;
  /**
   * Previews the templates in a binding's options for a call. Nothing is sent, and secrets are `***`.
   *
   * @param options With `sample`, tags for which the call has no value get a sample value.
   * @throws {BindingInvalidError} BINDING_INVALID if its fields are invalid
   */
  preview(
    call: Call,
    binding: BindingInput & { readonly id?: number | undefined },
    options?: PreviewOptions,
  ): Promise<readonly TextPreview[]>;
  /**
   * Explains which bindings would have run in a recorded call, or whether `binding` would have run. Values that were
   * not kept are not guessed.
   *
   * @throws {BindingInvalidError} BINDING_INVALID if its fields are invalid
   */
  explainRecorded(
    call: RecordedCall,
    binding?: BindingInput & { readonly id?: number | undefined },
  ): Promise<Explanation>;
  /**
   * Previews the templates in a binding's options for a recorded call.
   *
   * @throws {BindingInvalidError} BINDING_INVALID if its fields are invalid
   */
  previewRecorded(
    call: RecordedCall,
    binding: BindingInput & { readonly id?: number | undefined },
  ): Promise<readonly TextPreview[]>;
  /**
   * Returns a backtest, which tries a binding with recorded calls without running anything. The binding does not need
   * to be stored or active.
   *
   * @throws {BindingInvalidError} BINDING_INVALID if the binding cannot run
   */
  backtest(binding: BindingInput & { readonly id?: number | undefined }): Backtest;
  /**
   * Returns the errors in a binding, and warnings about it. To check a change of a stored binding, pass its `id`, so
   * that its own name does not count as taken. Without an argument, returns the problems of all stored bindings, each
   * field prefixed with `binding <id>: `.
   */
  check(binding?: BindingInput & { readonly id?: number | undefined }): Promise<readonly Problem[]>;
  readonly bindings: Bindings;
  readonly registry: Registry;
  /** Names of the declared events; empty if none was declared, in which case any event is allowed. */
  readonly events: ReadonlySet<string>;
  /** The host's descriptions of its events, by name; events that were declared by name alone are not included. */
  readonly eventDescriptions: ReadonlyMap<string, EventDescription>;
  /**
   * Adds events, by name or with a description. Adapters call it for each of their routes. A description replaces an
   * earlier one.
   */
  declareEvents(events: Iterable<string | EventDescription>): void;
  /** Resolves when the bindings are loaded; rejects if they cannot be loaded. `handle` waits for it. */
  ready(): Promise<void>;
  /**
   * Reads the bindings again. If that fails, it rejects, the current bindings stay in force, and reading is retried
   * automatically.
   */
  reload(): Promise<void>;
  /** Returns whether the bindings in force match the store; for health checks. */
  status(): BindingsStatus;
  /** Whether messages of faults may be shown; see `BookendOptions.development`. */
  readonly development: boolean;
  /** Logs to `logger`, unless `createBookend` received a logger or another adapter has passed its logger before. */
  adoptLogger(logger: Logger): void;
  /** Ends the subscription to the store. Later calls of `handle` reject with `BOOKEND_CLOSED`. */
  close(): void;
}
