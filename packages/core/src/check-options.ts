import type { BookendOptions } from "./bookend.js";
import { checkHost } from "./check-host.js";
import { DefinitionCheck, type KnownNames } from "./definitions/definition-check.js";
import { isRecord } from "./internal/is-record.js";
import { isTimeLimit, timeLimitAllowed } from "./internal/time-limit.js";

const optionNames: KnownNames<BookendOptions> = {
  handlers: true,
  bindings: true,
  directories: true,
  audit: true,
  conditions: true,
  events: true,
  tags: true,
  roles: true,
  secrets: true,
  secretParameters: true,
  secretHeaders: true,
  outbox: true,
  recorder: true,
  url: true,
  browserOf: true,
  actionTimeoutMs: true,
  lookupTimeoutMs: true,
  logger: true,
  development: true,
  clock: true,
};

/**
 * Checks the options of `createBookend`. The registry checks handlers and conditions.
 *
 * @throws {BookendError} OPTIONS_INVALID
 */
export function checkOptions(options: unknown): void {
  const check = new DefinitionCheck("OPTIONS_INVALID", "createBookend");
  const given = check.object(options, optionNames);
  const { handlers, bindings, audit, conditions, outbox, url, logger } = given;
  check.field("handlers", handlers, Array.isArray(handlers), "a list of handlers");
  check.field("bindings", bindings, hasMethods(bindings, "list", "subscribe"), "a store of bindings");
  checkHost(given, check);
  check.optional("audit", audit, isAudit, "a sink, or { sink, required }");
  check.optional("conditions", conditions, Array.isArray, "a list of conditions");
  check.optional("outbox", outbox, (value) => hasMethods(value, "submit"), "an outbox");
  check.optional("recorder", given.recorder, (value) => hasMethods(value, "keeps", "record"), "a recorder of calls");
  check.optional("url", url, (value) => typeof value === "string", "a string");
  check.optional("browserOf", given.browserOf, isFunction, "a function");
  check.optional("development", given.development, (value) => typeof value === "boolean", "true, false");
  check.optional("clock", given.clock, isFunction, "a function");
  check.optional("actionTimeoutMs", given.actionTimeoutMs, isTimeLimit, timeLimitAllowed);
  check.optional("lookupTimeoutMs", given.lookupTimeoutMs, isTimeLimit, timeLimitAllowed);
  check.optional(
    "logger",
    logger,
    (value) => hasMethods(value, "debug", "info", "warn", "error"),
    "a logger with the interface of pino",
  );
}

function isAudit(value: unknown): boolean {
  if (hasMethods(value, "begin")) return true;
  if (!isRecord(value)) return false;
  const { sink, required, ...more } = value;
  return hasMethods(sink, "begin") && typeof required === "boolean" && Object.keys(more).length === 0;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function hasMethods(value: unknown, ...methods: readonly string[]): boolean {
  return isObject(value) && methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
}
