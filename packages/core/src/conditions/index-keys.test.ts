import { describe, expect, it } from "vitest";
import type { Condition } from "../definitions/condition.js";
import { baseConditions } from "./index.js";

/** Spellings of configured values; those that a condition refuses are not its own. */
const spellings: readonly unknown[] = [
  ...["True", "true", "TRUE", "1", "False", "false", "0", true, false, 1, 0, "yes"],
  ...["hotp", " hotp ", "HOTP", "hotp,totp", "totp , hotp,hotp", ["hotp", "totp"], "hötp", "0", "05", "5"],
  ...["", " ", "enrolled", "clientwait", "admin", "user", "admin,user", "ACCEPT", "accept", "REJECT", "404", "4xx"],
];

/** What calls may have. */
const names = ["hotp", "HOTP", "totp", "hötp", "0", "05", "5", "", "true", "enrolled", "clientwait"];
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

/** What this condition can see: a boolean, one name or several names. */
function visible({ actual, name }: Condition, wanted: unknown): readonly unknown[] {
  if (typeof wanted === "boolean") return seen.filter((value) => typeof value === "boolean");
  const several = actual.toString().includes("realmsOf") || name === "tokenresolver";
  return seen.filter((value) => (several ? Array.isArray(value) : typeof value === "string"));
}

describe.each(indexed.map((condition) => [condition.name, condition] as const))(
  "the index of %s",
  (_name, condition) => {
    it("finds what the condition itself finds, however its value is spelt", () => {
      const wrong: unknown[] = [];
      let compared = 0;
      for (const wanted of accepted(condition)) {
        const keys = new Set(condition.index?.keysOf(wanted));
        for (const actual of visible(condition, wanted)) {
          const given = condition.index?.keysIn(actual) ?? [];
          const found = (Array.isArray(given) ? given : [given]).some((key) => keys.has(key));
          compared += 1;
          if (found !== condition.matches(wanted, actual, undefined as never)) wrong.push({ wanted, actual, found });
        }
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(5);
    });
  },
);
