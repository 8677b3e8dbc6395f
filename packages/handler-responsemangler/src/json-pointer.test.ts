import type { JsonValue } from "@bookend/core";
import fc from "fast-check";
import reference from "json-pointer";
import { describe, expect, it } from "vitest";
import { deleteAt, parsePointer, setAt } from "./json-pointer.js";

const key = fc.oneof(
  fc.constantFrom("a", "b", "c", "0", "1", "2", "-", "", "a/b", "m~n", "~1", "01"),
  fc.string({ maxLength: 4 }).filter((text) => !["__proto__", "constructor", "prototype"].includes(text)),
);
const document = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true }) as fc.Arbitrary<
  Record<string, JsonValue>
>;
const path = fc.array(key, { minLength: 1, maxLength: 4 });

/** A path to something that is in the document, when it holds anything. */
function existing(value: JsonValue, choices: readonly number[]): string[] {
  const found: string[] = [];
  let current: JsonValue = value;
  for (const choose of choices) {
    if (typeof current !== "object" || current === null) break;
    const keys = Object.keys(current);
    if (keys.length === 0) break;
    const next = keys[choose % keys.length] as string;
    found.push(next);
    current = (current as Record<string, JsonValue>)[next] as JsonValue;
  }
  return found;
}

function isReserved(keys: readonly string[]): boolean {
  return keys.some((name) => ["__proto__", "constructor", "prototype"].includes(name));
}

describe("a JSON pointer", () => {
  it("agrees with a reference library on 10,000 documents and pointers", () => {
    fc.assert(
      fc.property(
        document,
        path,
        fc.array(fc.nat(), { maxLength: 4 }),
        fc.boolean(),
        (original, random, choices, hit) => {
          const inside = existing(original, choices);
          const keys = hit && inside.length > 0 ? inside : random;
          fc.pre(!isReserved(keys));
          const source = reference.compile(keys);
          expect(parsePointer(source)).toEqual(reference.parse(source));

          const there = reference.has(original, source);
          const set = structuredClone(original);
          if (setAt(set, keys, "set") === "changed") {
            // "-" names the item behind the last one, so it can be set and not read
            if (!keys.includes("-")) expect(reference.get(set, source)).toBe("set");
          } else {
            expect(set).toEqual(original);
            expect(there).toBe(false);
          }
          if (there && !keys.includes("-")) {
            const expected = structuredClone(original);
            reference.set(expected, source, "set");
            expect(set).toEqual(expected);
          }

          const removed = structuredClone(original);
          const expected = structuredClone(original);
          if (deleteAt(removed, keys) === "changed") {
            expect(there).toBe(true);
            reference.remove(expected, source);
            expect(removed).toEqual(expected);
          } else {
            expect(removed).toEqual(original);
            expect(there && reference.get(original, source) !== undefined).toBe(false);
          }
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it.each(["/__proto__/x", "/constructor/prototype/x", "/a/prototype", "/a/__proto__"])("%s is refused", (source) => {
    expect(() => parsePointer(source)).toThrow(/is refused/);
  });

  it.each(["", "detail", "detail/message"])('"%s" is refused: it does not begin with a slash', (source) => {
    expect(() => parsePointer(source)).toThrow(/begins with/);
  });

  it.each(["/a~", "/a~2b"])("%s is refused: a bare tilde", (source) => {
    expect(() => parsePointer(source)).toThrow(/~0/);
  });

  it("makes missing parents objects, and null counts as missing", () => {
    const value: Record<string, JsonValue> = { detail: null };
    expect(setAt(value, ["detail", "a", "0"], 1)).toBe("changed");
    expect(value).toEqual({ detail: { a: { 0: 1 } } });
  });

  it("appends to a list, and does not leave holes in it", () => {
    const value: Record<string, JsonValue> = { list: [1] };
    expect(setAt(value, ["list", "1"], 2)).toBe("changed");
    expect(setAt(value, ["list", "-"], 3)).toBe("changed");
    expect(setAt(value, ["list", "9"], 4)).toBe("blocked");
    expect(setAt(value, ["list", "length"], 0)).toBe("blocked");
    expect(value).toEqual({ list: [1, 2, 3] });
    expect(deleteAt(value, ["list", "0"])).toBe("changed");
    expect(value).toEqual({ list: [2, 3] });
  });
});
