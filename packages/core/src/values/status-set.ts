import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";
import { isOrdered, isOrderOperator, splitComparison } from "./split-comparison.js";
import { entriesOf } from "./text-of.js";

/** HTTP statuses. */
export interface StatusSet {
  has(status: number): boolean;
  /** Whether all statuses in the set are 400 or above, which only failed calls have. */
  readonly onlyFailures: boolean;
}

const statuses: readonly number[] = Array.from({ length: 500 }, (_, index) => 100 + index);

const allowed =
  "a comma-separated list of statuses (404), classes (4xx), ranges (400-499) and comparisons (>=500), from 100 to 599";

/**
 * Creates the value type of sets of HTTP statuses: `404`, `4xx`, `400-499`, `>=500`, separated by commas; one of them
 * must match.
 */
export function statusSet(): ValueType<StatusSet> {
  return {
    widget: "str",
    allowed,
    jsonSchema: {
      anyOf: [
        { type: ["string", "integer"], minLength: 1 },
        { type: "array", items: { type: ["string", "integer"] }, minItems: 1 },
      ],
    },
    parse(raw) {
      const included = new Set<number>();
      for (const entry of entriesOf(raw, allowed)) {
        const isIncluded = testOf(entry);
        const found = isIncluded ? statuses.filter(isIncluded) : [];
        if (found.length === 0) throw new ValueError(`${showValue(entry)} does not include any HTTP status.`, allowed);
        for (const status of found) included.add(status);
      }
      return {
        has: (status) => included.has(status),
        onlyFailures: [...included].every((status) => status >= 400),
      };
    },
  };
}

/** Returns the function that tells whether an entry includes a status; undefined if the entry cannot be read. */
function testOf(entry: string): ((status: number) => boolean) | undefined {
  const [, hundreds] = /^([1-5])xx$/i.exec(entry) ?? [];
  if (hundreds !== undefined) return (status) => Math.floor(status / 100) === Number(hundreds);
  const [, from, to] = /^(\d{3})\s*-\s*(\d{3})$/.exec(entry) ?? [];
  if (from !== undefined) {
    // a status or range beyond the valid ones is a typo
    if (![from, to].every((end) => statuses.includes(Number(end)))) return undefined;
    return (status) => status >= Number(from) && status <= Number(to);
  }
  const { key, operator, operand } = splitComparison(entry) ?? { key: "", operator: "==" as const, operand: entry };
  if (key !== "" || !isOrderOperator(operator) || !/^\d{3}$/.test(operand)) return undefined;
  return (status) => isOrdered(operator, status - Number(operand));
}
