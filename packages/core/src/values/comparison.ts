import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";
import { isOrdered, isOrderOperator, type OrderOperator, orderOperators, splitComparison } from "./split-comparison.js";
import { textOf } from "./text-of.js";

/** A comparison with an integer. */
export interface Comparison {
  readonly operator: OrderOperator;
  readonly operand: number;
}

/** A comparison of an event counter with an integer. */
export interface CounterComparison extends Comparison {
  /** Name of the counter. */
  readonly key: string;
}

const allowed = `an integer, or one of ${orderOperators} and an integer, such as >100`;
const counterAllowed = `the name of a counter, one of ${orderOperators} and an integer, such as myCounter >= 1000`;

/** Returns whether a number fulfills a comparison. */
export function fulfils(comparison: Comparison, actual: number): boolean {
  return isOrdered(comparison.operator, actual - comparison.operand);
}

/** Reads an integer that is stored as a string; undefined if it is not an integer, or too large to be exact. */
export function readInteger(text: string): number | undefined {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * Creates the value type of a comparison with an integer: `>100`, `<99`, `=100`, `==100`, `100`, `!=5`, `>=5`, `<=5`,
 * `'>' 5`.
 */
export function comparison(): ValueType<Comparison> {
  return {
    widget: "str",
    allowed,
    jsonSchema: { type: ["string", "integer"], minLength: 1 },
    parse(raw) {
      const text = textOf(raw, allowed);
      const bare = readInteger(text);
      if (bare !== undefined) return { operator: "==", operand: bare };
      const { key, ...parsed } = readCounterComparison(text, allowed);
      if (key !== "") throw new ValueError(`${showValue(raw)} is not a comparison with an integer.`, allowed);
      return parsed;
    },
  };
}

/** Creates the value type of a comparison of a named counter with an integer: `myCounter >= 1000`. */
export function counterComparison(): ValueType<CounterComparison> {
  return {
    widget: "str",
    allowed: counterAllowed,
    jsonSchema: { type: "string", minLength: 3 },
    parse(raw) {
      const parsed = readCounterComparison(textOf(raw, counterAllowed), counterAllowed);
      if (parsed.key === "") throw new ValueError(`${showValue(raw)} has no counter name.`, counterAllowed);
      return parsed;
    },
  };
}

function readCounterComparison(text: string, allowed: string): CounterComparison {
  const split = splitComparison(text);
  const operand = split && readInteger(split.operand);
  if (!split || operand === undefined || !isOrderOperator(split.operator)) {
    throw new ValueError(`${showValue(text)} is not a comparison with an integer.`, allowed);
  }
  return { key: split.key, operator: split.operator, operand };
}
