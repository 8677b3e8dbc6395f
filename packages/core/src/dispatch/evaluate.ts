import type { CompiledCondition } from "../bindings/compile-binding.js";
import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { Answer, Condition } from "../definitions/condition.js";
import type { Facts } from "../facts/facts.js";
import { withTimeLimit } from "../internal/time-limit.js";

/** Told of the answer of a condition and of what the call has. */
export type Observe = (answer: Answer, seen: unknown) => void;

/**
 * Whether a condition counts as fulfilled for a call: the one place where the dispatcher and `explain` ask it.
 * Returns a promise only where `actual` does.
 *
 * @throws {BookendError} CONDITION_INVALID if `matches` returns anything but a boolean
 * @throws {BookendError} CONDITION_TIMEOUT as a rejection
 */
export function evaluate(condition: CompiledCondition, facts: Facts, observe?: Observe): MaybePromise<boolean> {
  const seen = see(condition.definition, condition.value, facts);
  return isPromise(seen)
    ? seen.then((known) => counts(condition, known, facts, observe))
    : counts(condition, seen, facts, observe);
}

/**
 * What the call has for a condition, which the index looks up too; `undefined` if it is not there.
 *
 * @throws {BookendError} CONDITION_TIMEOUT as a rejection
 */
export function see(condition: Condition, value: unknown, facts: Facts): MaybePromise<unknown> {
  const seen: MaybePromise<unknown> = condition.actual(facts, value);
  return isPromise(seen) ? withTimeLimit(seen, facts.lookupTimeoutMs, () => late(condition, facts)) : seen;
}

function counts(
  { definition, value }: CompiledCondition,
  seen: unknown,
  facts: Facts,
  observe: Observe | undefined,
): boolean {
  if (seen === undefined) {
    observe?.("unknown", undefined);
    return definition.whenUnknown === "fulfilled";
  }
  const matches: unknown = definition.matches(value, seen, facts);
  if (typeof matches !== "boolean") throw notBoolean(definition, matches);
  observe?.(matches ? "fulfilled" : "not fulfilled", seen);
  return matches;
}

function late({ name }: Condition, { lookupTimeoutMs }: Facts): BookendError {
  return new BookendError(
    "CONDITION_TIMEOUT",
    `conditions.${name}: "actual" did not end within ${lookupTimeoutMs} ms.`,
  );
}

function notBoolean({ name }: Condition, matches: unknown): BookendError {
  // it is nobody else's, and a rejection that nobody handles ends the process
  if (isPromise(matches)) Promise.resolve(matches).catch(() => undefined);
  const found = isPromise(matches) ? "a promise" : `a value of type ${typeof matches}`;
  return new BookendError(
    "CONDITION_INVALID",
    `conditions.${name}: "matches" returned ${found}. Allowed: true, false.`,
  );
}
