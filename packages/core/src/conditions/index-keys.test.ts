import { describe, expect, it } from "vitest";
import type { Condition } from "../definitions/condition.js";
import { baseConditions } from "./index.js";

/** Spellings of configured values. Each condition skips those that it refuses. */
const spellings: readonly unknown[] = [
  ...["True", "true", "TRUE", "1", "False", "false", "0", true, false, 1, 0, "yes"],
  ...["hotp", " hotp ", "HOTP", "hotp,totp", "totp , hotp,hotp", ["hotp", "totp"], "hötp", "0", "05", "5"],
  ...["a == 5", "a = 05.0", "a 'equals' hotp", "a 'in' HOTP, \"5\"", "a == 2026-03-10T10:00+0200", "a ==", "a == True"],
  ...["", " ", "enrolled", "clientwait", "admin", "user", "admin,user", "ACCEPT", "accept", "REJECT", "404", "4xx"],
];

/** Values that calls can have. */
const names = [
  "2026-03-10T08:00:00Z",
  "2026-03-10T10:00+0200",
  "2026-03-10",
  "hotp",
  "HOTP",
  "totp",
  "hötp",
  "0",
  "05",
  "5",
  "",
  "true",
  "enrolled",
  "clientwait",
];
const seen: readonly unknown[] = [
  ...[true, false],
  ...[...names, "admin", "user", "ACCEPT", "REJECT"],
  ...[names.slice(0, 2), ["totp"], []],
];

const indexed = baseConditions.filter((condition) => condition.index !== undefined);

function accepted({ value }: Condition): readonly unknown[] {
  return spellings.flatMap((raw) => {
    try {
      return [value.parse(raw)];
    } catch {
      return [];
    }
  });
}

/** Returns the values that this condition can see: a boolean, one name or several names. */
function visible({ actual, name }: Condition, wanted: unknown): readonly unknown[] {
  if (typeof wanted === "boolean") return seen.filter((value) => typeof value === "boolean");
  if (["parameter", "response", "header"].includes(name)) return seen.filter((value) => typeof value !== "boolean");
  const several = actual.toString().includes("realmsOf") || name === "tokenresolver";
  return seen.filter((value) => (several ? Array.isArray(value) : typeof value === "string"));
}

describe.each(indexed.map((condition) => [condition.name, condition] as const))(
  "the index of %s",
  (_name, condition) => {
    it("finds the values that the condition itself accepts, in any spelling of the configured value", () => {
      const wrong: unknown[] = [];
      let compared = 0;
      const isByField = condition.index !== undefined && "fieldOf" in condition.index;
      for (const wanted of accepted(condition)) {
        const keys = new Set(condition.index?.keysOf(wanted));
        for (const actual of visible(condition, wanted)) {
          const given = condition.index?.keysIn(actual) ?? [];
          const found = (Array.isArray(given) ? given : [given]).some((key) => keys.has(key));
          compared += 1;
          const fulfilled = condition.matches(wanted, actual, undefined as never);
          // a binding that an index of fields finds is still evaluated, so that index may find too many, but never too
          // few
          const right = isByField ? found || !fulfilled : found === fulfilled;
          if (!right) wrong.push({ wanted, actual, found });
        }
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(5);
    });
  },
);
