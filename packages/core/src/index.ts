export { bindingChanged, bindingNameTaken, bindingNotFound, inWritingOrder } from "./bindings/binding-changes.js";
export type { HostEvents } from "./bindings/host-events.js";
export { type MemoryBindingsOptions, memoryBindings } from "./bindings/memory-bindings.js";
export { operationOf } from "./bindings/memory-history.js";
export { uniqueNames } from "./bindings/unique-names.js";
export type { Bookend, BookendOptions, HandleOptions } from "./bookend.js";
export {
  type AuditCall,
  type AuditEnd,
  type AuditEntry,
  type AuditRecord,
  type AuditSink,
  type AuditStart,
  type AuditUnit,
  type MemoryAudit,
  memoryAudit,
} from "./contracts/audit.js";
export {
  type Binding,
  type BindingInput,
  completeBinding,
  type DeliveryMode,
  type NewBinding,
  type Position,
} from "./contracts/binding.js";
export type {
  BindingChange,
  BindingDelta,
  BindingStore,
  ChangeOrigin,
  WritableBindingStore,
} from "./contracts/binding-store.js";
export type {
  BindingEdit,
  Bindings,
  ChangeOptions,
  ImportedBinding,
  ImportMode,
  ImportOptions,
  ImportResult,
  OriginOptions,
  RestoreOptions,
} from "./contracts/bindings.js";
export {
  type Actor,
  type Call,
  type CallField,
  type CallInput,
  type CallNotes,
  type CallRequest,
  type CallResponse,
  createCall,
  type NextCall,
  type UserRef,
} from "./contracts/call.js";
export { createId } from "./contracts/create-id.js";
export {
  type AnyDeliveryKind,
  createDeliveryId,
  type DeliverOptions,
  type Delivery,
  type DeliveryKind,
  defaultRetryPolicy,
  defineDelivery,
  type RetryPolicy,
  type Sender,
  type SendResult,
} from "./contracts/delivery.js";
export type {
  Challenge,
  ChallengeDirectory,
  Container,
  ContainerDirectory,
  CounterDirectory,
  Directories,
  DirectoryName,
  FoundObjects,
  HostDirectories,
  HostDirectory,
  OwnDirectories,
  RemovedObjects,
  Token,
  TokenDirectory,
  User,
  UserDirectory,
} from "./contracts/directories.js";
export {
  AbortCall,
  type AbortCallOptions,
  BindingInvalidError,
  BookendError,
  CallAbortedError,
  type ErrorCode,
  type Problem,
  type ProblemCode,
  ValueError,
} from "./contracts/errors.js";
export type { EventDescription, HostEvent } from "./contracts/event.js";
export {
  type BindingHistory,
  type HistoryChange,
  type HistoryEntry,
  type HistoryLimits,
  type HistoryQuery,
  shownChanges,
} from "./contracts/history.js";
export type { JsonValue } from "./contracts/json.js";
export { type Logger, silentLogger } from "./contracts/logger.js";
export { isPromise, type MaybePromise, mapMaybe } from "./contracts/maybe-promise.js";
export type {
  DeliveryAttempt,
  DeliveryChoice,
  DeliveryEngine,
  DeliveryFilter,
  DeliveryList,
  DeliveryPage,
  DeliveryReceipt,
  DeliveryReceiptState,
  DeliveryRecord,
  DeliverySelection,
  DeliveryState,
  Destination,
  DestinationFilter,
  DestinationList,
  DueDelivery,
  DurableOutbox,
  Outbox,
  PeerReceipt,
  SubmitContext,
} from "./contracts/outbox.js";
export { done, failed, type Outcome, skipped } from "./contracts/outcome.js";
export type {
  CallRecorder,
  RecordedCall,
  RecordedEnd,
  RecordedFact,
  RecordedPlace,
  RecordedState,
} from "./contracts/recorded-call.js";
export type { EqualityIndex, FieldIndex, JsonSchema, ValueType } from "./contracts/value-type.js";
export { createBookend } from "./create-bookend.js";
export {
  type Answer,
  type AskedCondition,
  type Condition,
  type ConditionDefinition,
  type ConditionGroup,
  defineCondition,
  type FieldCondition,
  type IndexedCondition,
} from "./definitions/condition.js";
export { deliveryAge, retrySchedule, secretIsKept } from "./definitions/delivery-age.js";
export {
  type ActionDescription,
  type ConditionDescription,
  describeAction,
  describeHandler,
  describePathTags,
  describeTags,
  type HandlerDescription,
  type TagDescription,
} from "./definitions/describe.js";
export { optionsJsonSchemaOf, redactionOf, redactOptions, secretOptionsOf } from "./definitions/describe-options.js";
export {
  describePrivacyideaActions,
  describePrivacyideaConditions,
  type PrivacyideaCondition,
  type PrivacyideaOption,
} from "./definitions/describe-privacyidea.js";
export {
  type Action,
  type ActionCheckContext,
  type ActionContext,
  type ActionDefinition,
  type Choices,
  defineAction,
  defineHandler,
  type Handler,
  type RenderOptions,
} from "./definitions/handler.js";
export { type Redaction, redactionBy } from "./definitions/redaction.js";
export type { HandlerActions, Registry } from "./definitions/registry.js";
export type { Backtest, BacktestResult } from "./dispatch/backtest.js";
export {
  type ActionTrace,
  type AuditTrace,
  type BindingsTrace,
  type CallTrace,
  type DeliveryTrace,
  type OutboxEvent,
  publishOutboxEvent,
  type UnknownConditionTrace,
} from "./dispatch/diagnostics.js";
export type { BindingExplanation, ConditionExplanation, Explanation } from "./dispatch/explanation.js";
export type { BindingsStatus } from "./dispatch/follow-bindings.js";
export { hasFailed } from "./dispatch/has-failed.js";
export { inlineOutbox } from "./dispatch/inline-outbox.js";
export type { PreviewOptions, TextPreview } from "./dispatch/prepared-texts.js";
export { type DeliveryTry, tryDelivery } from "./dispatch/try-delivery.js";
export type { CallUser } from "./facts/call-user.js";
export type { FactName } from "./facts/fact-name.js";
export { Facts, type HostFacts } from "./facts/facts.js";
export type { FactsOf } from "./facts/facts-of.js";
export { objectsBefore } from "./facts/objects-before.js";
export { maskUrl, secretMark } from "./internal/mask-url.js";
export { createPauses } from "./internal/pauses.js";
export { problemMessage } from "./internal/problem-message.js";
export { valueAt } from "./internal/value-at.js";
export { escapeArgument, escapeFileName, escapeHeader, escapeHtml, escapeUrl } from "./templates/escape.js";
export type { HostTag } from "./templates/host-tags.js";
export { type ParseTemplateOptions, parseTemplate } from "./templates/parse-template.js";
export { secretProblem, secretTagProblems } from "./templates/secret-problems.js";
export type { Tag, TagContext, TagRegistry } from "./templates/tag.js";
export { baseTags, isSecretTag, secretTags } from "./templates/tags.js";
export type { Escape, Template } from "./templates/template.js";
export { parseTimedTemplate, type TimedTemplate, timeTags } from "./templates/timed-template.js";
export {
  asciiNotes,
  type Comparison,
  type CounterComparison,
  choice,
  comparison,
  compilePattern,
  counterComparison,
  countJsonValues,
  type DurationOptions,
  duration,
  firstJsonError,
  flag,
  fulfils,
  type IpSet,
  ipSet,
  isMailAddress,
  type JsonError,
  type KeyComparison,
  keyComparison,
  type MailAddress,
  type MomentClock,
  type NameSetOptions,
  nameSet,
  type Pattern,
  type PatternMatch,
  type PatternMode,
  parseJson,
  parseMailAddress,
  pattern,
  placeOf,
  readFlag,
  readInstant,
  type TextOptions,
  text,
} from "./values/index.js";
