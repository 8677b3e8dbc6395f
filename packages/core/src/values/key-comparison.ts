import { ValueError } from "../contracts/errors.js";
import type { FieldIndex, ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";
import { asciiNotes } from "./ascii-notes.js";
import { comparable, compareCodePoints, compareWith, equalityKey } from "./compare-values.js";
import { durationAllowed, readDuration } from "./duration.js";
import { readInstant } from "./instant.js";
import {
  type Moment,
  type MomentClock,
  type MomentParts,
  momentAllowed,
  readMoment,
  renderMoments,
  splitMoments,
} from "./moment.js";
import { compilePattern, type Pattern } from "./pattern.js";
import {
  isOrdered,
  isOrderOperator,
  quotedWordIn,
  type SplitComparison,
  secondComparisonIn,
  splitComparison,
} from "./split-comparison.js";

/** A comparison of a named field. */
export interface KeyComparison {
  /** Name of the field. */
  readonly key: string;
  /**
   * Returns whether the string of a field can be compared, which it cannot if a date is required and the string is not
   * a date. The result is then unknown.
   */
  canCompare(actual: string): boolean;
  /** The expression that the field must match, for `'matches'`. */
  readonly pattern?: Pattern | undefined;
  /**
   * Strings of which the field must equal one; absent if the comparison is not one of equality, or depends on the time.
   */
  readonly equalTo?: readonly string[] | undefined;
  /** Returns whether the string of the field fulfills the comparison. */
  test(actual: string, clock: MomentClock): boolean;
}

/** Maximum length of a comparison, in UTF-16 code units. */
const maxComparisonLength = 10_000;

const allowed =
  "a name, an operator and a value, such as count > 5; operators are ==, =, !=, <, >, <=, >=, 'equals', 'matches', 'in', " +
  "'date_before', 'date_after', 'date_within_last', 'string_contains' (negated by ! inside the quotes)";

const dateAllowed = `an ISO 8601 date or date-time, or ${momentAllowed}`;

/** A comparison without the name of its field. */
type FieldTest = Omit<KeyComparison, "key">;

/**
 * Creates the value type of a comparison of a named field: `key op value`. Two numbers are compared as numbers, two ISO
 * 8601 dates or date-times as instants, anything else as strings by code point. `{now}` and `{current_time}` in the
 * value are the time of the call, optionally with an offset: `{now}-7d`, `{now} + 2w`. A field that is not a date
 * cannot be compared with them.
 */
export function keyComparison(): ValueType<KeyComparison> {
  return {
    widget: "str",
    allowed,
    jsonSchema: { type: "string", minLength: 2, maxLength: maxComparisonLength },
    parse(raw) {
      if (typeof raw !== "string") throw new ValueError(`${showValue(raw)} is not a string.`, allowed);
      if (raw.length > maxComparisonLength) {
        throw new ValueError("The comparison is too long.", `at most ${maxComparisonLength} characters`);
      }
      const split = splitComparison(raw);
      const misspelt = quotedWordIn(split?.key ?? raw);
      if (misspelt) throw new ValueError(`${showValue(misspelt)} is not an operator.`, allowed);
      if (!split) throw new ValueError(`${showValue(raw)} has no operator.`, allowed);
      if (split.key === "") throw new ValueError(`${showValue(raw)} has no field name.`, allowed);
      const second = secondComparisonIn(split.operator === "in" ? withoutQuoted(split.operand) : split.operand);
      if (second !== undefined) {
        throw new ValueError(
          `${showValue(second)} is a second comparison, but a condition can contain only one.`,
          allowed,
        );
      }
      return { key: split.key, ...testOf(split) };
    },
    notes: ({ pattern }) => (pattern ? asciiNotes(pattern.source) : []),
  };
}

/** Returns the field itself if it can be compared; undefined (unknown) if it cannot, or does not exist. */
export function comparableField(wanted: KeyComparison, field: string | undefined): string | undefined {
  return field !== undefined && wanted.canCompare(field) ? field : undefined;
}

/** Finds bindings by the fields that they compare for equality; the comparison itself is still evaluated. */
export const fieldIndex: FieldIndex<KeyComparison, string> = {
  fieldOf: ({ key, equalTo }) => (equalTo ? key : undefined),
  keysOf: ({ equalTo = [] }) => equalTo.map(equalityKey),
  keysIn: equalityKey,
};

function testOf(split: SplitComparison): FieldTest {
  const { operator, operand, negated } = split;
  if (operator === "date_within_last") return withinLast(operand, negated);
  // whatever the operator: anything that looks like {now} is a time, and only dates can be compared with it
  const moment = readMoment(operand);
  if (operator === "date_before" || operator === "date_after") {
    return orderedInstants(moment ?? fixedInstant(operand), (order) =>
      order === 0 ? negated : (order < 0 === (operator === "date_before")) !== negated,
    );
  }
  if (moment) {
    if (isOrderOperator(operator)) return orderedInstants(moment, (order) => isOrdered(operator, order));
    return orderedInstants(moment, (order) => (order === 0) !== negated);
  }
  if (operator === "matches") {
    const pattern = compilePattern(operand, "whole text");
    return { canCompare: anything, pattern, test: (actual) => pattern.test(actual) !== negated };
  }
  const test = testOfText(split);
  const equalTo = stringsToEqual(split);
  return equalTo ? { canCompare: anything, equalTo, test } : { canCompare: anything, test };
}

/**
 * Returns the strings of which the field must equal one; undefined if the comparison is not one of equality, or depends
 * on the time.
 */
function stringsToEqual({ operator, operand, negated }: SplitComparison): readonly string[] | undefined {
  if (operator === "in") return negated ? undefined : readEntries(operand);
  const fixed = operator === "==" && splitMoments(operand).every((part) => typeof part === "string");
  return fixed ? [operand] : undefined;
}

function anything(): boolean {
  return true;
}

function isInstant(actual: string): boolean {
  return readInstant(actual) !== undefined;
}

/** Creates the test that compares a field that is a date with a moment. Any other field cannot be compared. */
function orderedInstants(moment: Moment, isFulfilledBy: (order: number) => boolean): FieldTest {
  return {
    canCompare: isInstant,
    test(actual, clock) {
      const instant = readInstant(actual);
      return instant !== undefined && isFulfilledBy(instant - moment(clock));
    },
  };
}

function withinLast(operand: string, negated: boolean): FieldTest {
  const duration = readDuration(operand);
  if (duration === undefined) throw new ValueError(`${showValue(operand)} is not a duration.`, durationAllowed);
  const now: Moment = (clock) => clock.now.getTime();
  return orderedInstants(now, (order) => (order <= 0 && -order <= duration) !== negated);
}

function testOfText({ operator, operand, negated }: SplitComparison): KeyComparison["test"] {
  if (isOrderOperator(operator)) {
    if (operand === "" && operator !== "==" && operator !== "!=") throw missingOperand(operator);
    const compare = orderOf(operator, operand);
    return (actual, clock) => isOrdered(operator, compare(actual, clock));
  }
  if (operator === "in") {
    const entries = new Set(readEntries(operand));
    return (actual) => entries.has(actual) !== negated;
  }
  if (operand === "") throw missingOperand(`'${operator}'`);
  const wanted = operand.toLowerCase();
  return (actual) => actual.toLowerCase().includes(wanted) !== negated;
}

/**
 * Creates the error for an operator without an operand. Only a test for equality can be meant for the empty string,
 * since every string contains the empty string and sorts after it.
 */
function missingOperand(operator: string): ValueError {
  return new ValueError(`The value after ${operator} is missing.`, allowed);
}

/** Returns the function that compares a field with an operand. */
function orderOf(operator: string, operand: string): (actual: string, clock: MomentClock) => number {
  const parts = splitMoments(operand);
  if (parts.some((part) => typeof part !== "string")) return orderOfRendered(operator, parts, operand);
  const fixed = comparable(operand);
  return (actual) => compareWith(actual, fixed);
}

/** Like `orderOf`, for an operand that contains a time of the call, which can only be compared for equality. */
function orderOfRendered(operator: string, parts: MomentParts, operand: string) {
  if (operator !== "==" && operator !== "!=") {
    throw new ValueError(
      `${showValue(operand)} contains a time of the call, but must consist of nothing else.`,
      dateAllowed,
    );
  }
  return (actual: string, clock: MomentClock) => compareCodePoints(actual, renderMoments(parts, clock));
}

function fixedInstant(operand: string): Moment {
  const instant = readInstant(operand);
  if (instant === undefined) throw new ValueError(`${showValue(operand)} is not a date.`, dateAllowed);
  return () => instant;
}

/** Returns a list without its quoted entries. */
function withoutQuoted(list: string): string {
  return list.replace(/"[^"]*"/g, "");
}

/**
 * Reads the entries of a comma-separated list; within double quotes, commas and spaces are kept, and `""` is a quote.
 */
function readEntries(list: string): readonly string[] {
  const entries: string[] = [];
  for (const [, quoted, bare] of list.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*(?:,|$)|([^,]*)(?:,|$))/g)) {
    if (quoted !== undefined) entries.push(quoted.replaceAll('""', '"'));
    else if (bare?.trim()) entries.push(bare.trim());
  }
  if (entries.length === 0) throw new ValueError("The list after 'in' is empty.", allowed);
  return entries;
}
