import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../definitions/condition.js";
import { showValue } from "../internal/show-value.js";
import { comparable, compareCodePoints, compareWith } from "./compare-values.js";
import { durationAllowed, readDuration } from "./duration.js";
import { readInstant } from "./instant.js";
import { hasNow, type MomentClock, readMoment, renderMoments } from "./moment.js";
import { compilePattern } from "./pattern.js";
import { isOrdered, isOrderOperator, quotedWordIn, type SplitComparison, splitComparison } from "./split-comparison.js";

/** A comparison of a named field. */
export interface KeyComparison {
  /** Name of the field. */
  readonly key: string;
  /** Whether the text of the field fulfils it. */
  test(actual: string, clock: MomentClock): boolean;
}

const allowed =
  "a name, an operator and a value, such as count > 5; operators are ==, =, !=, <, >, <=, >=, 'equals', 'matches', 'in', " +
  "'date_before', 'date_after', 'date_within_last', 'string_contains' (negated by ! inside of the quotes)";

const dateAllowed = "an ISO 8601 date or date-time, or {now} with an offset directly behind, such as {now}-7d";

/**
 * A comparison of a named field: `key op value`.
 * Two numbers are compared as numbers, two ISO 8601 dates or date-times as instants, anything else as texts by code point.
 * `{now}` and `{current_time}` in the value are the time of the call, with an offset directly behind: `{now}-7d`.
 */
export function keyComparison(): ValueType<KeyComparison> {
  return {
    widget: "str",
    allowed,
    jsonSchema: { type: "string", minLength: 3 },
    parse(raw) {
      const split = typeof raw === "string" ? splitComparison(raw) : undefined;
      const misspelt = typeof raw === "string" && quotedWordIn(split?.key ?? raw);
      if (misspelt) throw new ValueError(`${showValue(misspelt)} is not an operator.`, allowed);
      if (!split) throw new ValueError(`${showValue(raw)} has no operator.`, allowed);
      if (split.key === "") throw new ValueError(`${showValue(raw)} names no field.`, allowed);
      if (split.operand === "") throw new ValueError(`${showValue(raw)} has no value behind the operator.`, allowed);
      return { key: split.key, test: testOf(split) };
    },
  };
}

function testOf({ operator, operand, negated }: SplitComparison): KeyComparison["test"] {
  if (isOrderOperator(operator)) {
    const compare = orderOf(operand);
    return (actual, clock) => isOrdered(operator, compare(actual, clock));
  }
  switch (operator) {
    case "matches": {
      const pattern = compilePattern(operand, "whole text");
      return (actual) => pattern.test(actual) !== negated;
    }
    case "in": {
      const entries = new Set(readEntries(operand));
      return (actual) => entries.has(actual) !== negated;
    }
    case "string_contains": {
      const wanted = operand.toLowerCase();
      return (actual) => actual.toLowerCase().includes(wanted) !== negated;
    }
    case "date_before":
    case "date_after": {
      const moment = readMoment(operand) ?? fixedInstant(operand);
      const sign = operator === "date_before" ? -1 : 1;
      return (actual, clock) => {
        const instant = readInstant(actual);
        // a field that is no date is neither before nor not before
        if (instant === undefined) return false;
        return (instant - moment(clock)) * sign > 0 !== negated;
      };
    }
    case "date_within_last": {
      const duration = readDuration(operand);
      if (duration === undefined) throw new ValueError(`${showValue(operand)} is not a duration.`, durationAllowed);
      return (actual, clock) => {
        const instant = readInstant(actual);
        if (instant === undefined) return false;
        const age = clock.now.getTime() - instant;
        const within = age >= 0 && age <= duration;
        return within !== negated;
      };
    }
  }
}

/** How a field is ordered against the operand. */
function orderOf(operand: string): (actual: string, clock: MomentClock) => number {
  const moment = readMoment(operand);
  if (moment) {
    return (actual, clock) => {
      const instant = readInstant(actual);
      if (instant !== undefined) return instant - moment(clock);
      return compareCodePoints(actual, renderMoments(operand, clock));
    };
  }
  if (hasNow(operand)) return (actual, clock) => compareCodePoints(actual, renderMoments(operand, clock));
  const fixed = comparable(operand);
  return (actual) => compareWith(actual, fixed);
}

function fixedInstant(operand: string): () => number {
  const instant = readInstant(operand);
  if (instant === undefined) throw new ValueError(`${showValue(operand)} is not a date.`, dateAllowed);
  return () => instant;
}

/** Entries of a comma-separated list; within double quotes commas and blanks are kept, and `""` is a quote. */
function readEntries(list: string): readonly string[] {
  const entries: string[] = [];
  for (const [, quoted, bare] of list.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*(?:,|$)|([^,]*)(?:,|$))/g)) {
    if (quoted !== undefined) entries.push(quoted.replaceAll('""', '"'));
    else if (bare?.trim()) entries.push(bare.trim());
  }
  if (entries.length === 0) throw new ValueError("The list behind 'in' is empty.", allowed);
  return entries;
}
