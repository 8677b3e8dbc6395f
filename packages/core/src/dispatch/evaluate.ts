import type { CompiledCondition } from "../bindings/compile-context.js";
import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Condition } from "../definitions/condition.js";
import type { Facts } from "../facts/facts.js";
import { problemMessage } from "../internal/problem-message.js";
import { withTimeLimit } from "../internal/time-limit.js";
import { type UnknownConditionTrace, unknownConditionChannel } from "./diagnostics.js";
import { noteSeen } from "./seen-facts.js";

/**
 * Returns whether a condition counts as fulfilled for a call. Returns a promise only if `actual` does. `explain` takes
 * the same two steps with {@link see} and {@link counts}.
 *
 * @throws {BookendError} CONDITION_INVALID if `matches` returns something that is not a boolean
 * @throws {BookendError} CONDITION_TIMEOUT as a rejection
 */
export function evaluate(condition: CompiledCondition, facts: Facts): MaybePromise<boolean> {
  const { definition, value, configured } = condition;
  const seen: MaybePromise<unknown> = definition.actual(facts, value);
  // no promise for a value that is available synchronously, as most values are: this runs on every call
  if (isPromise(seen)) return evaluateLater(condition, seen, facts);
  noteSeen(facts, definition, value, configured, seen);
  if (seen === undefined) publishUnknown(condition, facts);
  return counts(condition, seen, facts);
}

/**
 * Returns the call's value for a condition, by which an index also finds bindings; `undefined` if there is none.
 *
 * @throws {BookendError} CONDITION_TIMEOUT as a rejection
 */
export function see(condition: Condition, value: unknown, facts: Facts): MaybePromise<unknown> {
  const seen: MaybePromise<unknown> = condition.actual(facts, value);
  return isPromise(seen) ? inTime(condition, seen, facts) : seen;
}

/**
 * Returns whether the call's value counts as fulfilling a condition.
 *
 * @throws {BookendError} CONDITION_INVALID if `matches` returns something that is not a boolean
 */
export function counts({ definition, value }: CompiledCondition, seen: unknown, facts: Facts): boolean {
  if (seen === undefined) return definition.whenUnknown === "fulfilled";
  const matches: unknown = definition.matches(value, seen, facts);
  if (typeof matches !== "boolean") throw notBoolean(definition, matches);
  return matches;
}

function inTime(condition: Condition, seen: Promise<unknown>, facts: Facts): Promise<unknown> {
  return withTimeLimit(seen, facts.lookupTimeoutMs, () => late(condition, facts));
}

async function evaluateLater(condition: CompiledCondition, seen: Promise<unknown>, facts: Facts): Promise<boolean> {
  const { definition, value, configured } = condition;
  const found = await inTime(definition, seen, facts);
  noteSeen(facts, definition, value, configured, found);
  if (found === undefined) publishUnknown(condition, facts);
  return counts(condition, found, facts);
}

function publishUnknown({ definition }: CompiledCondition, { call }: Facts): void {
  if (!unknownConditionChannel.hasSubscribers) return;
  const trace: UnknownConditionTrace = { call, condition: definition.name };
  unknownConditionChannel.publish(trace);
}

function late({ name }: Condition, { lookupTimeoutMs }: Facts): BookendError {
  return new BookendError(
    "CONDITION_TIMEOUT",
    `conditions.${name}: "actual" did not end within ${lookupTimeoutMs} ms.`,
  );
}

function notBoolean({ name }: Condition, matches: unknown): BookendError {
  // nothing else handles the rejection, and an unhandled rejection ends the process
  if (isPromise(matches)) Promise.resolve(matches).catch(() => undefined);
  const found = isPromise(matches) ? "a promise" : `a value of type ${typeof matches}`;
  return new BookendError(
    "CONDITION_INVALID",
    problemMessage(`"matches" returned ${found}`, "true, false", `conditions.${name}`),
  );
}
